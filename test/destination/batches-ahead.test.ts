import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchesAhead } from '../../src/destination/batches-ahead.ts';
import { GuardedCommits } from '../../src/destination/guarded-commits.ts';
import type { KeyOp } from '../../src/destination/planner/batch.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { type ByteString, utf8ToByteString as bytes } from '../../src/wire/bytes.ts';
import { CHECKPOINT_KEY, FakeDestination, type Fate } from './fake-destination.ts';

const LOCAL = { clusterId: 1n, confirmed: { index: 0, term: 0 }, checkpointIndex: 0 };
/** The same for every batch, as when rows are sent whose end is not known: only its version tells them apart. */
const CHECKPOINT = { clusterId: 1n, index: 0, term: 0, revision: 1, writer: 'w', partsDone: 0 };

const signal = new AbortController().signal;
const fate = fc.constantFrom<Fate>('answered', 'refused', 'unanswered', 'late', 'overtaken');

function put(value: string): ReadonlyMap<ByteString, KeyOp> {
  return new Map([[bytes('k'), { kind: 'put', value: Buffer.from(value), lease: 0n }]]);
}

async function claimed(client: FakeDestination): Promise<GuardedCommits> {
  const commits = new GuardedCommits({
    client,
    limits: txnLimits(128, 1_572_864),
    clusterId: 1n,
    checkpointKey: CHECKPOINT_KEY,
    writerName: 'w',
    logger: createLogger({ level: 'silent', format: 'json' }),
    signal,
    onLeaseMissing: () => Promise.reject(new Error('no leases here')),
    onCommitted: () => undefined,
    sleep: async () => undefined,
  });
  await commits.claim(LOCAL, async () => undefined);
  return commits;
}

describe('batches ahead', () => {
  test('each is done once and in order, whatever is lost, late or overtaken', async () => {
    const input = [fc.array(fate, { maxLength: 30 }), fc.array(fc.boolean())] as const;
    await fc.assert(
      fc.asyncProperty(...input, async (fates, settleAfter) => {
        const destination = new FakeDestination();
        const commits = await claimed(destination);
        destination.fates = fates;
        const ahead = new BatchesAhead(commits, signal);
        const values = Array.from({ length: 12 }, (_, i) => String(i));
        for (const [i, value] of values.entries()) {
          await ahead.send({ checkpoint: CHECKPOINT, ops: put(value) });
          if (settleAfter[i] === true) {
            await ahead.settle();
            expect(destination.done).toEqual(values.slice(0, i + 1));
          }
        }
        await ahead.settle();
        expect(destination.done).toEqual(values);
        expect(commits.underWay).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('several are under way at once', async () => {
    const destination = new FakeDestination();
    const commits = await claimed(destination);
    const ahead = new BatchesAhead(commits, signal);
    let most = 0;
    for (let i = 0; i < 20; i += 1) {
      await ahead.send({ checkpoint: CHECKPOINT, ops: put(String(i)) });
      most = Math.max(most, commits.underWay);
      // The first one travels alone, so that an answer's time is known; those behind it take their time.
      destination.fates = i === 0 ? [] : ['overtaken'];
      if (i === 0) await ahead.settle();
    }
    await ahead.settle();
    expect(most).toBeGreaterThan(1);
  });

  test('one that fails for good fails whoever sends or settles behind it', async () => {
    const destination = new FakeDestination();
    const commits = await claimed(destination);
    const ahead = new BatchesAhead(commits, signal);
    destination.txn = () => Promise.reject(new SyncerError('DEST_UNAUTHORISED', 'no right'));
    await ahead.send({ checkpoint: CHECKPOINT, ops: put('1') });
    const refused = { code: 'DEST_UNAUTHORISED' };
    await expect(ahead.settle()).rejects.toMatchObject(refused);
    const behind = ahead.send({ checkpoint: CHECKPOINT, ops: put('2') });
    await expect(behind).rejects.toMatchObject(refused);
  });
});
