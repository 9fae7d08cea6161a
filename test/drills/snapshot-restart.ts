import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { bulkKey, fill, forEachKey } from '../kit/bulk.ts';
import { Pair } from '../kit/pair.ts';
import { equalContents } from './equal.ts';
import type { Drill } from './findings.ts';
import { MemorySampler, mib } from './memory.ts';
import { until } from './until.ts';

const CAUGHT_UP_MS = 300_000;
/** 3.4 always keeps this many entries behind its snapshot. */
const KEPT_BY_34 = 5_000;

/** Stopped while half of the keys change: the restart through a snapshot writes the difference and no more. */
export const snapshotRestart: Drill = {
  name: 'snapshot',
  about: 'stopped while half of the keys change or go: a restart through a snapshot',
  async run(options, findings) {
    const sourceFlags = [...flagsOf(options.source), '--quota-backend-bytes=4294967296'];
    await using pair = await Pair.start({ ...options, sourceFlags });
    const { source, destination, syncer } = pair;
    const { endpoints } = source;
    await fill({ endpoints, from: 0, to: options.keys }, number => `value ${number}`);
    syncer.start();
    await syncer.caughtUp(CAUGHT_UP_MS);
    await syncer.kill('SIGTERM');
    // A leader that sent a snapshot keeps its log for 30 s (etcdserver releaseDelayAfterSnapshot); a restart forgets it.
    const [member] = source.members;
    await member?.stop();
    member?.start();
    await source.ready();

    // Of each ten keys four are put anew, one goes: in transactions, since it is the entries that cost time.
    const changes = options.keys / 2;
    await change(endpoints, options.keys);
    const entries = options.source.line === '3.4' ? KEPT_BY_34 + 500 : 1_000;
    await forEachKey({ endpoints, from: 0, to: entries }, (client, number) =>
      client
        .put(`churn/${number % 50}`)
        .value(String(number))
        .exec(),
    );
    const before = await revisionOf(pair);
    const startedMs = performance.now();
    syncer.start();
    const memory = new MemorySampler(() => syncer.pid);
    await syncer.caughtUp(CAUGHT_UP_MS);
    const seconds = (performance.now() - startedMs) / 1_000;
    memory.stop();
    const { operations, batches } = (await syncer.status()).destination;
    const log = syncer.output.split('"msg":"took the seat"').at(-1) ?? '';
    findings.check('through a snapshot', log.includes('"msg":"seeded"'), seededLine(log));
    findings.figure('keys, of which changed or deleted', `${options.keys}, ${changes}`);
    findings.figure('seconds until caught up', seconds.toFixed(1));
    // The churn's 50 keys, and what came behind the snapshot.
    findings.check(
      'operations',
      operations >= changes && operations <= changes + entries + 60,
      operations,
    );
    findings.figure('batches', batches);
    findings.figure('revisions of the destination meanwhile', (await revisionOf(pair)) - before);
    const { total, anonymous } = memory.max;
    findings.figure('RSS', `${mib(total)}, anonymous ${mib(anonymous)}`);
    await until(
      async () => (await equalContents(source, destination)).length === 0,
      'both are equal',
      CAUGHT_UP_MS,
    );
    findings.none('differences', await equalContents(source, destination));
  },
};

function flagsOf({ line }: EtcdBinaries): string[] {
  const flags = ['--snapshot-count=100'];
  if (line === '3.5') flags.push('--experimental-snapshot-catchup-entries=100');
  if (line === '3.6' || line === '3.7') flags.push('--snapshot-catchup-entries=100');
  return flags;
}

async function change(endpoints: readonly string[], keys: number): Promise<void> {
  await forEachKey({ endpoints, from: 0, to: keys / 100 }, (client, piece) => {
    const numbers = Array.from({ length: 100 }, (_, i) => 100 * piece + i);
    const puts = numbers
      .filter(number => number % 10 < 4)
      .map(number => client.put(bulkKey(number)).value(`changed ${number}`));
    const deletes = numbers
      .filter(number => number % 10 === 4)
      .map(number => client.delete().key(bulkKey(number)));
    return client
      .if('bulk-never', 'Version', '==', 0)
      .then(...puts, ...deletes)
      .commit();
  });
}

async function revisionOf({ destination }: Pair): Promise<number> {
  const status = await destination.etcdctl(['endpoint', 'status', '-w', 'json']);
  return Number(/"revision":(\d+)/.exec(status)?.[1]);
}

function seededLine(log: string): string {
  return /"base":[^}]*"msg":"seeded"/.exec(log)?.[0] ?? 'no snapshot was installed';
}
