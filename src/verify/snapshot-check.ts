import { setTimeout as sleep } from 'node:timers/promises';
import { checkpointKey } from '../destination/checkpoint.ts';
import { type CheckOptions, type CheckReport, PATIENCE_MS } from './check.ts';
import { Findings } from './findings.ts';
import { KeyCheck } from './key-check.ts';
import { Pace } from './pace.ts';
import { Patience } from './patience.ts';
import { scopeOf } from './scope.ts';
import { SnapshotPairs } from './snapshot-pair.ts';
import { type SnapshotContents, SnapshotSource } from './snapshot-source.ts';

export interface SnapshotCheckOptions
  extends Omit<
    CheckOptions,
    | 'source'
    | 'logins'
    | 'from'
    | 'withLeases'
    | 'withAuth'
    | 'waitMs'
    | 'confirmedIndex'
    | 'seed'
    | 'share'
  > {
  readonly clusterId: bigint;
  readonly contents: SnapshotContents;
}

/**
 * Compares the destination, where it stood at a snapshot's revision or shortly before, with the snapshot: keys,
 * values and bindings. Leases, users and roles have no history there and are left out.
 *
 * Errors: CHECK_NO_CHECKPOINT, CHECK_NO_PAIR, those of the client; the signal's reason.
 */
export async function checkSnapshot(options: SnapshotCheckOptions): Promise<CheckReport> {
  const { destination, filter, contents, clusterId, signal, limit, maxRate } = options;
  const startedMs = performance.now();
  const patience = new Patience(options.logger, signal, PATIENCE_MS);
  const findings = new Findings(limit);
  const scope = scopeOf(filter, options.onlyPrefix);
  const wait = (delayMs: number): Promise<void> => sleep(delayMs, undefined, { signal });
  const keys = new KeyCheck({
    ...options,
    source: new SnapshotSource(contents, filter, scope.source),
    pairs: new SnapshotPairs({
      destination,
      checkpointKey: checkpointKey(options.checkpointPrefix, clusterId),
      sourceRevision: contents.state.revision,
      patience,
    }),
    prefixes: scope.destination,
    share: 1,
    seed: 0,
    pace: new Pace({
      perSecond: maxRate,
      share: options.maxLoad,
      isBehind: options.isBehind,
      now: () => performance.now(),
      sleep: wait,
    }),
    patience,
    findings,
  });
  await keys.run();
  const { compared, values, foreign, unknown, pairs } = keys.progress;
  return {
    clusterId,
    pairs,
    sourceRevision: contents.state.revision,
    keys: compared,
    values,
    leases: 0,
    users: 0,
    logins: 0,
    roles: 0,
    foreignKeys: foreign,
    foreignLeases: 0,
    unknownKeys: unknown,
    total: findings.total,
    counts: findings.counts,
    first: findings.first,
    unsettled: 0,
    firstUnsettled: [],
    seconds: (performance.now() - startedMs) / 1_000,
  };
}
