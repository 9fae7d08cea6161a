import { describe, expect, test } from 'vitest';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { encodeCheckpoint } from '../../src/destination/checkpoint.ts';
import { toLong, toNumber } from '../../src/destination/int64.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import type { Checkpoint } from '../../src/destination/types.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { AlignedPairs } from '../../src/verify/pair.ts';
import { Patience } from '../../src/verify/patience.ts';
import { SnapshotPairs } from '../../src/verify/snapshot-pair.ts';
import { SnapshotSource } from '../../src/verify/snapshot-source.ts';
import { type ByteString, utf8ToByteString as bytes, EMPTY_BYTES } from '../../src/wire/bytes.ts';
import { etcdserverpb as pb } from '../../src/wire/generated/rpc.js';

const KEY = bytes('__etcd_syncer__/a');
const logger = createLogger({ level: 'error', format: 'json' });
const patience = new Patience(logger, new AbortController().signal, 0);

type Writes = readonly (readonly [destinationRevision: number, checkpoint: Partial<Checkpoint>])[];

/** A destination that holds only its checkpoint, with history from `compacted` on. */
class Destination {
  now: number;
  readonly #writes: Writes;
  readonly #compacted: number;
  reads = 0;

  constructor(writes: Writes, now: number, compacted = 0) {
    this.#writes = writes;
    this.now = now;
    this.#compacted = compacted;
  }

  async range(request: pb.RangeRequest.$Properties): Promise<pb.RangeResponse> {
    this.reads += 1;
    const asked = toNumber(request.revision);
    const at = asked === 0 ? this.now : asked;
    if (at < this.#compacted) {
      const etcd = 'etcdserver: mvcc: required revision has been compacted';
      throw new SyncerError('DEST_REFUSED', etcd, { etcd });
    }
    const write = this.#writes.findLast(([revision]) => revision <= at);
    const header = { revision: toLong(BigInt(this.now)) };
    if (write === undefined) return new pb.RangeResponse({ header });
    const [revision, part] = write;
    const checkpoint: Checkpoint = {
      clusterId: 10n,
      index: 100 + revision,
      term: 2,
      revision: 0,
      writer: 'w',
      partsDone: 0,
      ...part,
    };
    const kv = {
      key: Buffer.from(KEY),
      value: encodeCheckpoint(checkpoint),
      mod_revision: toLong(BigInt(revision)),
    };
    return new pb.RangeResponse({ header, kvs: [kv] });
  }
}

function pairsOf(destination: Destination): AlignedPairs {
  return new AlignedPairs({
    destination,
    checkpointKey: KEY,
    waitMs: 0,
    patience,
    confirmedIndex: async () => 50,
  });
}

describe('aligned pairs', () => {
  test("the destination counts at the answer's revision, not at the checkpoint's", async () => {
    const pairs = pairsOf(new Destination([[7, { revision: 4 }]], 9));
    expect(await pairs.take()).toEqual({ index: 107, sourceRevision: 4, destinationRevision: 9 });
  });

  test.each([
    ['none', [], 0, 'CHECK_NO_CHECKPOINT', 'has no key'],
    ['half an entry', [[2, { revision: 4, partsDone: 1 }]], 0, 'CHECK_NO_PAIR', 'partly'],
    [
      'seeding',
      [
        [
          2,
          { revision: 4, seeding: { index: 9, term: 1, reached: '' as ByteString, base: 'state' } },
        ],
      ],
      0,
      'CHECK_NO_PAIR',
      'snapshot',
    ],
    ['gone at the source', [[2, { revision: 4 }]], 4, 'CHECK_NO_PAIR', 'has compacted revision 4'],
  ] as const)('%s: no pair, and why', async (_, writes, beyond, code, text) => {
    const taken = pairsOf(new Destination(writes as Writes, 9)).take(beyond);
    await expect(taken).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test('what has arrived is told by the checkpoint or by the replicator', async () => {
    const pairs = pairsOf(new Destination([[7, { revision: 4, index: 40 }]], 9));
    expect([await pairs.reaches(40), await pairs.reaches(50), await pairs.reaches(51)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('pairs of a snapshot', () => {
  // The checkpoint is written at every third revision, and stands for twice that of the source.
  const writes: Writes = Array.from({ length: 1_000 }, (_, i) => [
    3 * (i + 1),
    { revision: 6 * (i + 1) },
  ]);
  const take = (destination: Destination, sourceRevision: number) =>
    new SnapshotPairs({ destination, checkpointKey: KEY, sourceRevision, patience }).take();

  test.each([
    [6_000, 6_000, 3_005],
    [9_999, 6_000, 3_005],
    [5_999, 5_994, 2_999],
    [600, 600, 302],
    [605, 600, 302],
    [6, 6, 5],
  ])('snapshot at %i: stood at %i up to %i', async (snapshot, source, until) => {
    const destination = new Destination(writes, 3_005);
    expect(await take(destination, snapshot)).toMatchObject({
      sourceRevision: source,
      destinationRevision: until,
    });
    expect(destination.reads).toBeLessThan(20);
  });

  test('before the first checkpoint, or where history is gone', async () => {
    const lacking = { code: 'CHECK_NO_PAIR', message: expect.stringContaining('compacted') };
    await expect(take(new Destination(writes, 3_005), 5)).rejects.toMatchObject(lacking);
    await expect(take(new Destination(writes, 3_005, 303), 605)).rejects.toMatchObject(lacking);
    expect((await take(new Destination(writes, 3_005, 302), 605)).destinationRevision).toBe(302);
    await expect(take(new Destination([], 9), 5)).rejects.toMatchObject({
      code: 'CHECK_NO_CHECKPOINT',
    });
  });
});

test('what can be told of a key: not what changed or was deleted behind the pair', () => {
  const state = new MemoryState();
  const put = (name: string, modRevision: number): void => {
    const record = { createRevision: 1, modRevision, version: 1, lease: 0n, value: EMPTY_BYTES };
    state.advance([{ kind: 'put', key: bytes(name), record, previousLease: 0n }]);
  };
  put('/a/old', 10);
  put('/a/new', 11);
  state.advance([{ kind: 'revision', revision: 12 }]);
  const deleted = new Map([
    [bytes('/a/long-gone'), 9],
    [bytes('/a/gone'), 12],
  ]);
  const filter = new KeyFilter({
    prefixes: [bytes('/a/')],
    excludePrefixes: [],
    destPrefix: bytes('/z/'),
    checkpointPrefix: bytes('__etcd_syncer__/'),
  });
  const known = (sourceRevision: number, deletionsAfter = 0) => {
    const contents = { state, deletedAt: (key: ByteString) => deleted.get(key), deletionsAfter };
    const source = new SnapshotSource(contents, filter, [bytes('/a/')]);
    return ['old', 'new', 'long-gone', 'gone', 'never'].filter(name =>
      source.isKnown(bytes(`/z/${name}`), { index: 0, sourceRevision, destinationRevision: 0 }),
    );
  };
  expect(known(12)).toEqual(['old', 'new', 'long-gone', 'gone', 'never']);
  expect(known(10)).toEqual(['old', 'long-gone', 'never']);
  expect(known(10, 11)).toEqual(['old', 'long-gone']);
  state.advance([{ kind: 'compact', revision: 11 }]);
  expect(known(10)).toEqual(['old', 'long-gone']);
});
