import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { errorText, SyncerError } from '../ops/errors.ts';
import { type Config, environmentName, OPTIONS, type Option, type OptionName } from './options.ts';

/** A value and the place it came from, for errors. */
interface Given {
  readonly value: unknown;
  readonly from: string;
}

/** Flags as the command line gave them, by option name; undefined = not given. */
export type GivenFlags = Readonly<Partial<Record<OptionName, unknown>>>;

/**
 * Puts the configuration together: flag before environment before file before default.
 *
 * Errors: CONFIG_INVALID naming flag, variable or line; CONFIG_FILE.
 */
export function loadConfig(flags: GivenFlags, environment: NodeJS.ProcessEnv): Config {
  const path = flags.config ?? environment[environmentName('config')];
  const file = typeof path === 'string' ? readConfigFile(path) : new Map<string, Given>();
  const entries = Object.entries(OPTIONS).map(([name, option]) => {
    const given = find(name as OptionName, option, flags, environment, file);
    return [name, parse(option, given)];
  });
  return Object.fromEntries(entries) as Config;
}

/**
 * A user and its password. As with etcdctl, the user may be given as `name:password`, which then wins; a
 * process list shows it, so the environment or a file is better.
 * Errors: CONFIG_FILE.
 */
export function loadLogin(
  given: string | undefined,
  variable: string,
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): { readonly user: string | undefined; readonly password: string | undefined } {
  const colon = given?.indexOf(':') ?? -1;
  if (given !== undefined && colon >= 0) {
    return { user: given.slice(0, colon), password: given.slice(colon + 1) };
  }
  return { user: given, password: loadPassword(variable, file, environment) };
}

/**
 * A password from its environment variable or its file, without a line break at the end.
 * Errors: CONFIG_FILE.
 */
export function loadPassword(
  variable: string,
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (file === undefined) return environment[variable];
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new SyncerError(
      'CONFIG_FILE',
      `password file: ${errorText(error)}`,
      {},
      { cause: error },
    );
  }
}

function find(
  name: OptionName,
  option: Option,
  flags: GivenFlags,
  environment: NodeJS.ProcessEnv,
  file: ReadonlyMap<string, Given>,
): Given {
  if (flags[name] !== undefined) return { value: flags[name], from: `--${option.flag}` };
  const variable = environmentName(option.flag);
  const text = environment[variable];
  if (text !== undefined) return { value: text, from: variable };
  return file.get(option.flag) ?? { value: option.default, from: 'default' };
}

function parse(option: Option, { value, from }: Given): unknown {
  const result = option.schema.safeParse(shape(option, value));
  if (result.success) return result.data;
  const reason = result.error.issues.map(issue => issue.message).join('; ');
  throw new SyncerError('CONFIG_INVALID', `${from}: ${option.flag} ${reason}`, {
    option: option.flag,
    from,
  });
}

/** Lists may be given with commas, flags as text; numbers of a YAML file become text again. */
function shape(option: Option, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (option.kind === 'flag') {
    if (value === 'true' || value === '') return true;
    return value === 'false' ? false : value;
  }
  if (option.kind === 'list') {
    const items = Array.isArray(value) ? value : [value];
    return items.flatMap(item => String(item).split(',')).filter(item => item !== '');
  }
  return typeof value === 'number' ? String(value) : value;
}

function readConfigFile(path: string): Map<string, Given> {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SyncerError('CONFIG_FILE', `--config: ${errorText(error)}`, {}, { cause: error });
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault !== undefined) throw new SyncerError('CONFIG_FILE', `${path}: ${fault.message}`);
  const values = (document.toJS() ?? {}) as unknown;
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new SyncerError('CONFIG_FILE', `${path}: must hold options by their names`);
  }
  const known = new Set<string>(Object.values(OPTIONS).map(option => option.flag));
  const given = new Map<string, Given>();
  for (const [name, value] of Object.entries(values)) {
    const node = document.get(name, true) as { range?: [number, number, number] } | undefined;
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    const from = `${path}:${line}:${col}`;
    if (!known.has(name))
      throw new SyncerError('CONFIG_INVALID', `${from}: there is no option ${name}`);
    given.set(name, { value, from });
  }
  return given;
}
