import protobuf from 'protobufjs';

/*
 * raftpb (raft/raftpb/raft.proto) by reflection: a codec that shares nothing with src/wire, so that
 * what we send is not judged by the code that wrote it.
 */
const root = protobuf.parse(`syntax = "proto2"; package raftpb;
message Entry { optional int32 Type = 1; optional uint64 Term = 2; optional uint64 Index = 3; optional bytes Data = 4; }
message ConfState { repeated uint64 voters = 1; repeated uint64 learners = 2; }
message SnapshotMetadata { optional ConfState confState = 1; optional uint64 index = 2; optional uint64 term = 3; }
message Snapshot { optional bytes data = 1; optional SnapshotMetadata metadata = 2; }
message Message { optional int32 type = 1; optional uint64 to = 2; optional uint64 from = 3; optional uint64 term = 4;
  optional uint64 logTerm = 5; optional uint64 index = 6; repeated Entry entries = 7; optional uint64 commit = 8;
  optional Snapshot snapshot = 9; optional bool reject = 10; optional uint64 rejectHint = 11; optional bytes context = 12; }
message ConfChange { optional uint64 ID = 1; optional int32 Type = 2; optional uint64 NodeID = 3; optional bytes Context = 4; }`).root;
const PbMessage = root.lookupType('raftpb.Message');
const PbConfChange = root.lookupType('raftpb.ConfChange');

/** Names of raftpb.MessageType by number. */
export const MESSAGE_NAMES: readonly string[] = [
  'MsgHup',
  'MsgBeat',
  'MsgProp',
  'MsgApp',
  'MsgAppResp',
  'MsgVote',
  'MsgVoteResp',
  'MsgSnap',
  'MsgHeartbeat',
  'MsgHeartbeatResp',
  'MsgUnreachable',
  'MsgSnapStatus',
  'MsgCheckQuorum',
  'MsgTransferLeader',
  'MsgTimeoutNow',
  'MsgReadIndex',
  'MsgReadIndexResp',
  'MsgPreVote',
  'MsgPreVoteResp',
];

/** A message as read from the wire; IDs and numbers in decimal. */
export interface SeenMessage {
  readonly name: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly term: number;
  readonly index: number;
  readonly commit: number;
  readonly reject: boolean;
  readonly rejectHint: number;
  readonly entries: readonly { readonly type: number; readonly data: Buffer }[];
  readonly context: Buffer;
  /** A link heartbeat (rafthttp linkHeartbeatMessage) is no raft message. */
  readonly isLinkHeartbeat: boolean;
}

/** Decodes a raftpb.Message. Throws when the bytes are none. */
export function readMessage(bytes: Uint8Array): SeenMessage {
  const object = plain(PbMessage, bytes);
  const entries = (object.entries ?? []) as Record<string, unknown>[];
  const name = MESSAGE_NAMES[Number(object.type)] ?? `type ${String(object.type)}`;
  const from = BigInt(object.from as string);
  const to = BigInt(object.to as string);
  return {
    name,
    from,
    to,
    term: Number(object.term),
    index: Number(object.index),
    commit: Number(object.commit),
    reject: object.reject === true,
    rejectHint: Number(object.rejectHint),
    entries: entries.map(entry => ({
      type: Number(entry.Type),
      data: Buffer.from(entry.Data as Uint8Array),
    })),
    context: Buffer.from(object.context as Uint8Array),
    isLinkHeartbeat: name === 'MsgHeartbeat' && from === 0n && to === 0n,
  };
}

/** Decodes a raftpb.ConfChange. Throws when the bytes are none. */
export function readConfChange(bytes: Uint8Array): { id: bigint; type: number; nodeId: bigint } {
  const object = plain(PbConfChange, bytes);
  return {
    id: BigInt(object.ID as string),
    type: Number(object.Type),
    nodeId: BigInt(object.NodeID as string),
  };
}

/** Bytes of a MsgSnap, which our own encoder can't write. */
export function snapshotMessage(fields: {
  readonly from: bigint;
  readonly to: bigint;
  readonly term: number;
  readonly index: number;
}): Uint8Array {
  const object = {
    type: 7,
    to: fields.to.toString(),
    from: fields.from.toString(),
    term: fields.term,
    snapshot: {
      data: Buffer.from('{}'),
      metadata: {
        confState: { voters: [fields.from.toString()], learners: [fields.to.toString()] },
        index: fields.index,
        term: fields.term,
      },
    },
  };
  return PbMessage.encode(PbMessage.fromObject(object)).finish();
}

/** Frames of { u64 length, Message } from the start of `bytes`; what is not whole yet is left out. */
export function readFrames(bytes: Buffer): SeenMessage[] {
  const found: SeenMessage[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64BE(at));
    if (at + 8 + length > bytes.length) break;
    found.push(readMessage(bytes.subarray(at + 8, at + 8 + length)));
    at += 8 + length;
  }
  return found;
}

/** The whole messages (frames of type 2) of a msgapp stream; frames of type 1 follow their terms. */
export function readMsgappFrames(bytes: Buffer): SeenMessage[] {
  const found: SeenMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = bytes[at];
    at += 1;
    if (type === 0) continue;
    if (type !== 1 && type !== 2) throw new Error(`a msgapp frame of type ${type}`);
    if (at + 8 > bytes.length) break;
    const size = Number(bytes.readBigUInt64BE(at));
    at += 8;
    if (type === 2) {
      if (at + size > bytes.length) break;
      found.push(readMessage(bytes.subarray(at, at + size)));
      at += size;
      continue;
    }
    for (let i = 0; i < size && at + 8 <= bytes.length; i += 1) {
      at += 8 + Number(bytes.readBigUInt64BE(at));
    }
    at += 8;
  }
  return found;
}

function plain(type: protobuf.Type, bytes: Uint8Array): Record<string, unknown> {
  return type.toObject(type.decode(bytes), { longs: String, defaults: true }) as Record<
    string,
    unknown
  >;
}
