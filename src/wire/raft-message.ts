import { EMPTY_BYTES } from './bytes.ts';
import { type Reader, WireError, Writer } from './cursor.ts';
import { decodeEntry, encodeEntry, entrySize } from './entry.ts';
import type { ConfState, Entry, Message, SnapshotMetadata } from './types.ts';

/*
 * raftpb.Message (raft/raftpb/raft.proto; proto2, absent = zero, 3.7 omits zero fields)
 *
 *   1 type       2 to        3 from      4 term     5 logTerm   6 index
 *   7 entries*   8 commit    9 snapshot  10 reject  11 rejectHint
 *   12 context   13 vote (3.6+, only between threads)  14 responses (never on the wire)
 *
 * raftpb.Snapshot          1 data, 2 metadata
 * raftpb.SnapshotMetadata  1 confState, 2 index, 3 term
 * raftpb.ConfState         1 voters*, 2 learners*, 3 votersOutgoing*, 4 learnersNext*, 5 autoLeave
 */

/** A MsgApp holds at most 1 MiB of entries (etcdserver raft.go maxSizePerMsg), and no entry takes fewer than 4 bytes. */
const MAX_ENTRIES = 262_144;

/** Decodes a Message; entries and context are slices of the input. Errors: WireError. */
export function decodeMessage(reader: Reader): Message {
  let type = 0;
  let to = 0n;
  let from = 0n;
  let term = 0;
  let logTerm = 0;
  let index = 0;
  let commit = 0;
  let reject = false;
  let rejectHint = 0;
  let context = EMPTY_BYTES;
  let snapshot: SnapshotMetadata | undefined;
  const entries: Entry[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    switch (tag) {
      case 0x08:
        type = reader.int32();
        break;
      case 0x10:
        to = reader.uint64();
        break;
      case 0x18:
        from = reader.uint64();
        break;
      case 0x20:
        term = reader.uint();
        break;
      case 0x28:
        logTerm = reader.uint();
        break;
      case 0x30:
        index = reader.uint();
        break;
      case 0x3a:
        // Two bytes can announce an entry, which becomes an object many times as large.
        if (entries.length === MAX_ENTRIES)
          throw new WireError('too many entries in a message', reader.pos);
        entries.push(decodeEntry(reader.nested()));
        break;
      case 0x40:
        commit = reader.uint();
        break;
      case 0x4a:
        snapshot = decodeSnapshot(reader.nested()) ?? snapshot;
        break;
      case 0x50:
        reject = reader.bool();
        break;
      case 0x58:
        rejectHint = reader.uint();
        break;
      case 0x62:
        context = reader.slice();
        break;
      default:
        if (tag >>> 3 <= 12) throw new WireError('message field of a wrong wire type', reader.pos);
        reader.skip(tag);
    }
  }
  const message = {
    type,
    to,
    from,
    term,
    logTerm,
    index,
    entries,
    commit,
    reject,
    rejectHint,
    context,
  };
  return snapshot === undefined ? message : { ...message, snapshot };
}

/** undefined for the empty snapshot that 3.4 and 3.5 attach to every message (raft.IsEmptySnap: index 0). */
function decodeSnapshot(reader: Reader): SnapshotMetadata | undefined {
  let data = EMPTY_BYTES;
  let metadata: Omit<SnapshotMetadata, 'data'> | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) data = reader.slice();
    else if (tag === 0x12) metadata = decodeSnapshotMetadata(reader.nested());
    else reader.skip(tag);
  }
  return metadata === undefined || metadata.index === 0 ? undefined : { ...metadata, data };
}

function decodeSnapshotMetadata(reader: Reader): Omit<SnapshotMetadata, 'data'> {
  let index = 0;
  let term = 0;
  let confState: ConfState = EMPTY_CONF_STATE;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) confState = decodeConfState(reader.nested());
    else if (tag === 0x10) index = reader.uint();
    else if (tag === 0x18) term = reader.uint();
    else reader.skip(tag);
  }
  return { index, term, confState };
}

const EMPTY_CONF_STATE: ConfState = {
  voters: [],
  learners: [],
  votersOutgoing: [],
  learnersNext: [],
  autoLeave: false,
};

function decodeConfState(reader: Reader): ConfState {
  const lists: [bigint[], bigint[], bigint[], bigint[]] = [[], [], [], []];
  let autoLeave = false;
  while (!reader.done) {
    const tag = reader.tag();
    const list = lists[(tag >>> 3) - 1];
    if (tag === 0x28) autoLeave = reader.bool();
    else if (list !== undefined && (tag & 7) === 0) list.push(reader.uint64());
    else if (list !== undefined && (tag & 7) === 2) {
      const packed = reader.nested();
      while (!packed.done) list.push(packed.uint64());
    } else reader.skip(tag);
  }
  const [voters, learners, votersOutgoing, learnersNext] = lists;
  return { voters, learners, votersOutgoing, learnersNext, autoLeave };
}

/**
 * The bytes of a Message for any member from 3.4 to 3.7: the scalar fields are written even when
 * zero, as gogo-protobuf did up to 3.6; the snapshot is left out, which every version accepts.
 */
export function encodeMessage(message: Message): Uint8Array {
  const writer = new Writer(64 + message.entries.reduce((sum, e) => sum + e.data.length + 40, 0));
  writer
    .int64Field(1, BigInt(message.type))
    .int64Field(2, message.to)
    .int64Field(3, message.from)
    .uintField(4, message.term)
    .uintField(5, message.logTerm)
    .uintField(6, message.index);
  for (const entry of message.entries) {
    writer.uint(0x3a).uint(entrySize(entry));
    encodeEntry(writer, entry);
  }
  writer
    .uintField(8, message.commit)
    .boolField(10, message.reject)
    .uintField(11, message.rejectHint);
  if (message.context.length > 0) writer.bytesField(12, message.context);
  return writer.finish();
}

/** A Message with every field zero but the given ones. */
export function message(fields: Partial<Message> & Pick<Message, 'type'>): Message {
  return {
    to: 0n,
    from: 0n,
    term: 0,
    logTerm: 0,
    index: 0,
    entries: [],
    commit: 0,
    reject: false,
    rejectHint: 0,
    context: EMPTY_BYTES,
    ...fields,
  };
}
