import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CommitOptions, GuardedCommits } from '../../src/destination/guarded-commits.ts';
import type { KeyOp } from '../../src/destination/planner/batch.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import type { Checkpoint } from '../../src/destination/types.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { type ByteString, utf8ToByteString as bytes } from '../../src/wire/bytes.ts';
import { CHECKPOINT_KEY, FakeDestination, type Fate } from './fake-destination.ts';

const LOCAL = { clusterId: 1n, confirmed: { index: 0, term: 0 }, checkpointIndex: 0 };

function commitsOf(client: FakeDestination, writerName: string): GuardedCommits {
  return new GuardedCommits(optionsOf(client, writerName));
}

function optionsOf(client: FakeDestination, writerName: string): CommitOptions {
  return {
    client,
    limits: txnLimits(128, 1_572_864),
    clusterId: 1n,
    checkpointKey: CHECKPOINT_KEY,
    writerName,
    logger: createLogger({ level: 'silent', format: 'json' }),
    signal: new AbortController().signal,
    onLeaseMissing: async () => {
      throw new Error('no leases here');
    },
    onCommitted: () => undefined,
    sleep: async () => undefined,
  };
}

function at(index: number, writer: string): Checkpoint {
  return { clusterId: 1n, index, term: 1, revision: index, writer, partsDone: 0 };
}

const PROMOTED = {
  atMs: 1,
  isComplete: true,
  highestRevision: 1,
  openMs: undefined,
  bumpTo: undefined,
  leaseGrace: 0,
  areLeasesSettled: false,
};

function put(value: string): ReadonlyMap<ByteString, KeyOp> {
  return new Map([[bytes('k'), { kind: 'put', value: Buffer.from(value), lease: 0n }]]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const fate = fc.constantFrom<Fate>('answered', 'refused', 'unanswered', 'late', 'overtaken');

describe('guarded commits', () => {
  test('each is done once and in order, whatever is lost or late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 40 }), async fates => {
        const destination = new FakeDestination();
        destination.fates = fates;
        const commits = commitsOf(destination, 'w');
        await commits.claim(LOCAL, async () => undefined);
        for (let i = 1; i <= 8; i += 1) await commits.commit(at(i, 'w'), put(String(i)));
        expect(destination.done).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
        expect(commits.checkpoint?.index).toBe(8);
      }),
    );
  });

  test('sent ahead of the answers before it, each is done once and in order all the same', async () => {
    const together = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 40 }), together, async (fates, sizes) => {
        const destination = new FakeDestination();
        const commits = commitsOf(destination, 'w');
        await commits.claim(LOCAL, async () => undefined);
        destination.fates = [...fates];
        const confirmed: number[] = [];
        const confirm = (indexes: readonly number[]): void => {
          confirmed.push(...indexes);
        };
        for (const size of sizes) {
          const next = confirmed.length + 1;
          const indexes = Array.from({ length: size }, (_, i) => next + i);
          const results = await Promise.all(
            indexes.map(index => commits.commitAhead(at(index, 'w'), put(String(index)))),
          );
          expect(commits.isRepeating).toBe(false);
          // Once one is refused all behind it are.
          const refused = results.indexOf('refused');
          expect(results.slice(refused < 0 ? size : refused)).not.toContain('there');
          expect(refused).not.toBe(0);
          confirm(refused < 0 ? indexes : indexes.slice(0, refused));
          // One that is not sent ahead goes on from there, with what was refused put together anew.
          const last = next + size;
          await commits.commit(at(last, 'w'), put(range(confirmed.length + 1, last).join()));
          confirm(range(confirmed.length + 1, last));
        }
        expect(destination.done.join()).toBe(confirmed.join());
        expect(confirmed).toEqual(range(1, confirmed.length));
        expect(commits.checkpoint?.index).toBe(confirmed.length);
      }),
    );
  });

  test('after the one that ends replication nothing is written, by nobody', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 5 }), async fates => {
        const destination = new FakeDestination();
        const commits = commitsOf(destination, 'w');
        await commits.claim(LOCAL, async () => undefined);
        await commits.commit(at(1, 'w'), put('1'));
        destination.fates = fates;
        await commits.commit({ ...at(1, 'w'), promoted: PROMOTED }, new Map());
        await expect(commits.commit(at(2, 'w'), put('2'))).rejects.toMatchObject({
          code: 'DEST_PROMOTED',
        });
        const later = commitsOf(destination, 'later');
        await expect(later.claim(LOCAL, async () => undefined)).rejects.toMatchObject({
          code: 'DEST_PROMOTED',
        });
        expect(destination.done).toEqual(['1']);
      }),
    );
  });

  test('every request has the fence of who leads, and none goes out while that is not known', async () => {
    const destination = new FakeDestination();
    const requests: Uint8Array[] = [];
    const txn = destination.txn.bind(destination);
    destination.txn = async request => {
      requests.push(request);
      return await txn(request);
    };
    let unknown = 0;
    const commits = new GuardedCommits({
      ...optionsOf(destination, 'w'),
      fence: () => {
        if (unknown > 0) {
          unknown -= 1;
          throw new SyncerError('DEST_UNREACHABLE', 'nobody knows who leads');
        }
        return { key: bytes('leader'), createRevision: 77 };
      },
    });
    await commits.claim(LOCAL, async () => undefined);
    await commits.commit(at(1, 'w'), put('1'));
    unknown = 2;
    const sent = [2, 3, 4].map(i => commits.commitAhead(at(i, 'w'), put(String(i))));
    // The last one went out, on top of what was not there.
    expect(await Promise.all(sent)).toEqual(['there', 'there', 'refused']);
    expect(destination.done).toEqual(['1', '2', '3']);
    const fence = Buffer.from([0x1a, 6, ...Buffer.from('leader'), 0x28, 77]);
    for (const request of requests) expect(Buffer.from(request).includes(fence)).toBe(true);
  });

  test('what was sent ahead does nothing after the claim of another writer, which has the version of its predecessor', async () => {
    const destination = new FakeDestination();
    const first = commitsOf(destination, 'first');
    await first.claim(LOCAL, async () => undefined);
    destination.fates = ['held', 'held', 'held'];
    const sent = [1, 2, 3].map(index => first.commitAhead(at(index, 'first'), put(String(index))));
    const ended = Promise.allSettled(sent);
    const second = commitsOf(destination, 'second');
    await second.claim(LOCAL, async () => undefined);
    destination.release();
    expect(destination.done).toEqual([]);
    for (const result of await ended) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'DEST_FENCED' } });
    }
    await second.commit(at(1, 'second'), put('second'));
    expect(destination.done).toEqual(['second']);
  });

  test('after the claim of another writer nothing is written, the same position included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 5 }), fc.boolean(), async (fates, moves) => {
        const destination = new FakeDestination();
        const first = commitsOf(destination, 'first');
        await first.claim(LOCAL, async () => undefined);
        await first.commit(at(1, 'first'), put('1'));
        const second = commitsOf(destination, 'second');
        expect(await second.claim(LOCAL, async () => undefined)).toMatchObject({ index: 1 });
        destination.fates = fates;
        await expect(first.commit(at(moves ? 2 : 1, 'first'), put('stale'))).rejects.toMatchObject({
          code: 'DEST_FENCED',
        });
        destination.fates = [];
        await second.commit(at(2, 'second'), put('2'));
        expect(destination.done).toEqual(['1', '2']);
      }),
    );
  });

  test('what the destination refuses for good is not tried again', async () => {
    const destination = new FakeDestination();
    const commits = commitsOf(destination, 'w');
    await commits.claim(LOCAL, async () => undefined);
    let calls = 0;
    destination.txn = async () => {
      calls += 1;
      throw new SyncerError('DEST_LIMITS', 'etcdserver: request is too large');
    };
    await expect(commits.commit(at(1, 'w'), put('1'))).rejects.toMatchObject({
      code: 'DEST_TOO_LARGE',
    });
    expect(calls).toBe(1);
  });
});
