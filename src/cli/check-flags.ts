import { Option as CommanderOption, InvalidArgumentError } from 'commander';
import type { Config } from '../config/options.ts';
import { SyncerError } from '../ops/errors.ts';

/** What `check` takes beside the options of the table. */
export interface CheckFlags {
  readonly onlyPrefix: string;
  readonly keysOnly?: boolean;
  readonly sample: number;
  readonly seed: number;
  readonly maxRate: number;
  readonly maxLoad: number;
  readonly maxLag: number;
  readonly logins?: string;
  readonly resume?: string;
  readonly limit: number;
  readonly wait: number;
  readonly noLeases?: boolean;
  readonly noAuth?: boolean;
  readonly snapshot?: string;
  readonly clusterId?: bigint;
  readonly repair?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Errors: CONFIG_INVALID for flags that do not go together. */
export function requireSense(config: Config, flags: CheckFlags, hasScope: boolean): void {
  const fault = flawOf(config, flags, hasScope);
  if (fault !== undefined) throw new SyncerError('CONFIG_INVALID', fault);
}

function flawOf(config: Config, flags: CheckFlags, hasScope: boolean): string | undefined {
  if ((flags.snapshot === undefined) !== (flags.clusterId === undefined)) {
    return '--snapshot and --cluster-id go together';
  }
  if (flags.snapshot !== undefined && flags.sample !== 100) {
    return '--sample is for a running source: a snapshot is at hand as a whole';
  }
  if (flags.yes === true && flags.repair !== true) return '--yes is for --repair';
  if (flags.snapshot !== undefined && (flags.logins ?? flags.resume) !== undefined) {
    return '--logins and --resume are for a running source';
  }
  if (flags.snapshot !== undefined && flags.repair === true) {
    return '--repair is for a running source: a snapshot is of the past';
  }
  if (flags.snapshot === undefined && config.sourceEndpoints.length === 0) {
    return '--source-endpoints names the source and is missing';
  }
  if (config.destEndpoints.length === 0) {
    return '--dest-endpoints names the destination and is missing';
  }
  return hasScope ? undefined : '--only-prefix names keys that --prefix leaves out';
}

/** An option of its own: commander reads --no-x as the opposite of --x, which `--auth <mode>` is. */
export function flag(long: string, name: string, help: string): CommanderOption {
  const option = new CommanderOption(long, help);
  option.negate = false;
  option.attributeName = () => name;
  return option;
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('must be a whole number.');
  }
  return count;
}

export function parsePercent(text: string): number {
  const percent = Number(text.replace(/%$/, ''));
  if (!(percent > 0 && percent <= 100)) {
    throw new InvalidArgumentError('must be a share above 0 and up to 100.');
  }
  return percent;
}
