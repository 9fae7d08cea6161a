import { EMPTY_BYTES } from './bytes.ts';
import type { Writer } from './cursor.ts';
import { int64Size, type Reader, varintSize, WireError } from './cursor.ts';
import type { Entry } from './types.ts';

/*
 * raftpb.Entry (raft/raftpb/raft.proto, the same in 3.4 to 3.7)
 *
 *   1 Type  varint   0 normal, 1 ConfChange, 2 ConfChangeV2
 *   2 Term  varint
 *   3 Index varint
 *   4 Data  bytes    absent or empty: the no-op of a new leader
 */

/** Decodes an Entry; `data` is a slice of the input. Errors: WireError. */
export function decodeEntry(reader: Reader): Entry {
  let type = 0;
  let term = 0;
  let index = 0;
  let data = EMPTY_BYTES;
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        type = reader.int32();
        break;
      case 0x10:
        term = reader.uint();
        break;
      case 0x18:
        index = reader.uint();
        break;
      case 0x22:
        data = reader.slice();
        break;
      default:
        if (tag >>> 3 <= 4) throw new WireError('entry field of a wrong wire type', reader.pos);
        reader.skip(tag);
    }
  }
  return { type, term, index, data };
}

/** Bytes that `encodeEntry` writes. */
export function entrySize(entry: Entry): number {
  return (
    3 +
    int64Size(BigInt(entry.type)) +
    varintSize(entry.term) +
    varintSize(entry.index) +
    (entry.data.length === 0 ? 0 : 1 + varintSize(entry.data.length) + entry.data.length)
  );
}

/** Writes an Entry; no-op entries have no data field. */
export function encodeEntry(writer: Writer, entry: Entry): void {
  writer.int64Field(1, BigInt(entry.type)).uintField(2, entry.term).uintField(3, entry.index);
  if (entry.data.length > 0) writer.bytesField(4, entry.data);
}
