import { Reader, WireError } from '../wire/cursor.ts';

/** A MsgApp holds at most 1 MiB of entries (etcd raft.go maxSizePerMsg), and no entry takes fewer than 4 bytes. */
const MAX_ENTRIES = 262_144;
/** Index, term and the IDs of all members; a cluster has a handful. */
const MAX_SNAPSHOT_METADATA_BYTES = 64 * 1024;

const ENTRIES_TAG = 0x3a;
const SNAPSHOT_TAG = 0x4a;
const METADATA_TAG = 0x12;

/**
 * Looks through the bytes of a raftpb.Message without decoding it: two bytes can announce an entry,
 * one byte a member ID, and each becomes an object many times as large. Call it before decoding what
 * anybody may have sent. Errors: WireError.
 */
export function checkMessageBounds(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  let entries = 0;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === SNAPSHOT_TAG) {
      checkSnapshotBounds(reader.nested());
      continue;
    }
    if (tag === ENTRIES_TAG) {
      entries += 1;
      if (entries > MAX_ENTRIES) throw new WireError('too many entries in a message', reader.pos);
    }
    reader.skip(tag);
  }
}

function checkSnapshotBounds(reader: Reader): void {
  while (!reader.done) {
    const tag = reader.tag();
    const start = reader.pos;
    reader.skip(tag);
    if (tag === METADATA_TAG && reader.pos - start > MAX_SNAPSHOT_METADATA_BYTES) {
      throw new WireError('metadata of a snapshot is too long', start);
    }
  }
}
