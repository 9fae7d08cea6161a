import type { AlarmState, MembershipState } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';
import { encodeKeyRecord, encodeLeaseRecord } from '../state/record-codec.ts';
import { attachmentKey, leaseKey, storeReader, type TableReader } from '../state/state-tables.ts';
import type { Store } from '../state/store.ts';
import type { Position } from '../state/types.ts';
import type { ByteString } from '../wire/bytes.ts';
import { EMPTY_BYTES } from '../wire/bytes.ts';
import type { SnapshotFile, SnapshotRow } from './snapshot-file.ts';

/**
 * A transaction of the store takes this many rows, or bytes of values, and what it goes beyond them by. Each one reads
 * the pages next to those it adds, and what lmdb reads stays mapped and counts as our memory; each one takes its pages' memory until it is there.
 */
const STEP_ROWS = 8_000;
const STEP_BYTES = 3 * 1024 * 1024;
/** For the records of a transaction, one after the other: the store copies what it is given. */
const ROOM_BYTES = 64 * 1024;
/** Transactions after which the memory that the store's file is mapped into is given back. */
const STEPS_MAPPED = 16;
/** Bindings are looked at for so long before the event loop gets a turn. */
const TURN_MS = 10;
const NO_KEY = '' as ByteString;

export interface LoadOptions {
  /** What the state is to stand at. */
  readonly position: Position;
  /** Instead of the members in the database; undefined = those. */
  readonly membership: MembershipState | undefined;
  /** Rows read so far. */
  readonly onProgress: (rows: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Loads a snapshot into a new store: the newest row of each key, leases with what is bound to them, and
 * the small values. The position is written last, so a load that broke off shows (its store has none)
 * and is begun anew.
 *
 * Rules: mvcc store restore, lessor initAndRecover, authStore Recover, alarms restore (etcd 3.6).
 *
 * Errors: SNAPSHOT_DAMAGED, SNAPSHOT_FOREIGN, STATE_WRITE, the signal's reason.
 */
export async function loadState(
  snapshot: SnapshotFile,
  store: Store,
  options: LoadOptions,
): Promise<void> {
  const { onProgress, signal } = options;
  await loadLeases(snapshot, store, signal);
  let rows = 0;
  let taken = 0;
  for await (const batch of loadRows(snapshot, store, signal)) {
    rows += batch.length;
    onProgress(rows);
    taken += 1;
    if (taken % STEPS_MAPPED === 0) await store.relieve();
  }
  await finishLoad(snapshot, store, options);
}

/** The first step of loadState. */
export async function loadLeases(
  snapshot: SnapshotFile,
  store: Store,
  signal: AbortSignal,
): Promise<void> {
  for await (const leases of snapshot.leases()) {
    await store.load(() => {
      for (const [id, record] of leases) store.lease.put(leaseKey(id), encodeLeaseRecord(record));
    });
    signal.throwIfAborted();
  }
}

/** The second step: gives the rows, oldest first, while the store takes them, a transaction at a time. */
export async function* loadRows(
  snapshot: SnapshotFile,
  store: Store,
  signal: AbortSignal,
): AsyncGenerator<readonly SnapshotRow[]> {
  // A buffer for each record would be most of the garbage.
  const room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  let storing = Promise.resolve();
  const step = async (rows: readonly SnapshotRow[]): Promise<void> => {
    // Two would share the room, and take memory for both.
    await storing;
    storing = store.load(() => putRows(store, rows, room));
    // A failure is met by whoever awaits it next; until then it must not count as unhandled.
    storing.catch(() => undefined);
  };
  try {
    for await (const rows of steps(snapshot.rows())) {
      await step(rows);
      yield rows;
      signal.throwIfAborted();
    }
    await storing;
  } finally {
    // Whoever breaks off closes the store next.
    await Promise.allSettled([storing]);
  }
}

/** Rows for a transaction of the store. */
async function* steps(
  batches: AsyncIterable<readonly SnapshotRow[]>,
): AsyncGenerator<readonly SnapshotRow[]> {
  let rows: SnapshotRow[] = [];
  let bytes = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      rows.push(row);
      bytes += row.record?.value.length ?? 0;
    }
    if (rows.length < STEP_ROWS && bytes < STEP_BYTES) continue;
    yield rows;
    rows = [];
    bytes = 0;
  }
  if (rows.length > 0) yield rows;
}

/** Call inside a transaction. */
function putRows(store: Store, rows: readonly SnapshotRow[], room: Buffer): void {
  for (const { key, record } of rows) {
    if (record === undefined) {
      store.key.remove(key);
      continue;
    }
    store.key.put(key, encodeKeyRecord(record, room));
    if (record.lease !== 0n) store.attachment.put(attachmentKey(record.lease, key), PRESENT);
  }
}

/** The last step: what is bound to the leases, the small values, and with them the position. */
export async function finishLoad(
  snapshot: SnapshotFile,
  store: Store,
  { position, membership, signal }: Omit<LoadOptions, 'onProgress'>,
): Promise<void> {
  const { meta } = snapshot;
  await unbindReplaced(store, signal);
  await store.commit(
    {
      position,
      checkpointIndex: 0,
      revision: meta.revision,
      compactRevision: meta.compactRevision,
      auth: meta.auth,
      alarms: alarmState(snapshot),
      membership: membership ?? meta.membership,
    },
    () => undefined,
  );
  await store.flushed();
}

/**
 * Each row has bound its key to the lease that it names. What stays is what the newest row of the key names, where
 * that lease exists (lessor Attach at restore).
 */
async function unbindReplaced(store: Store, signal: AbortSignal): Promise<void> {
  const reader = storeReader(store);
  for (let from = NO_KEY, isDone = false; !isDone; ) {
    const startedMs = performance.now();
    const replaced: ByteString[] = [];
    isDone = true;
    for (const [binding] of store.attachment.scan(from, undefined)) {
      if (!isBound(reader, binding)) replaced.push(binding);
      from = `${binding}\0` as ByteString;
      isDone = performance.now() - startedMs < TURN_MS;
      if (!isDone) break;
    }
    await store.load(() => {
      for (const binding of replaced) store.attachment.remove(binding);
    });
    signal.throwIfAborted();
  }
}

function isBound(reader: TableReader, binding: ByteString): boolean {
  const lease = Buffer.from(binding.slice(0, 8), 'latin1').readBigInt64BE(0);
  const key = binding.slice(8) as ByteString;
  return reader.getKey(key)?.lease === lease && reader.getLease(lease) !== undefined;
}

/** Which applier a running 3.4 or 3.5 member uses does not follow from the file; a member that starts on it takes this one (EtcdServer restoreAlarms). */
function alarmState({ meta }: SnapshotFile): AlarmState {
  const has = (type: number): boolean => meta.alarms.some(alarm => alarm.type === type);
  const runtimeApplier = has(CORRUPT) ? 'corrupt' : has(NOSPACE) ? 'capped' : 'normal';
  return { alarms: meta.alarms, runtimeApplier };
}

const NOSPACE = 1;
const CORRUPT = 2;
const PRESENT = Buffer.from(EMPTY_BYTES);

/** Whether a database is the one that a message or an operator says it is. Errors: SNAPSHOT_FOREIGN. */
export function checkPosition(snapshot: SnapshotFile, position: Position): void {
  const { index, term } = snapshot.meta;
  // 3.4 stores no term, and its index may lag behind what is in the database (a lease checkpoint's, for one).
  const isExact = term !== 0;
  if ((isExact && index !== position.index) || index > position.index) {
    throw new SyncerError(
      'SNAPSHOT_FOREIGN',
      `the message is about entry ${position.index}, the database stands at ${index}`,
    );
  }
}
