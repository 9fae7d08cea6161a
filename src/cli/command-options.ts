import { type Command as Commander, Option as CommanderOption } from 'commander';
import type { GivenFlags } from '../config/load.ts';
import {
  type Command,
  environmentName,
  OPTIONS,
  type Option,
  type OptionName,
} from '../config/options.ts';

/** Gives a command its options from the table. */
export function addOptions(commander: Commander, command: Command): Commander {
  for (const [name, option] of Object.entries(OPTIONS) as [OptionName, Option][]) {
    if (!option.commands.includes(command)) continue;
    const flags = `--${option.flag}${option.placeholder === undefined ? '' : ` ${option.placeholder}`}`;
    const given = new CommanderOption(flags, describe(option)).argParser(
      (value: string, before: unknown) =>
        option.kind === 'list' && Array.isArray(before)
          ? [...before, value]
          : option.kind === 'list'
            ? [value]
            : value,
    );
    // Commander reads --no-x as the opposite of --x; ours is an option of its own.
    given.negate = false;
    given.attributeName = () => name;
    commander.addOption(given);
  }
  return commander;
}

function describe({ help, default: initial, flag }: Option): string {
  const text = Array.isArray(initial) ? initial.join(',') : initial;
  const byDefault =
    text === undefined || text === '' || text === false ? '' : ` (default: ${String(text)})`;
  return `${help}${byDefault} [${environmentName(flag)}]`;
}

/** What the command line gave, by option name. */
export function givenFlags(options: Record<string, unknown>): GivenFlags {
  return options as GivenFlags;
}
