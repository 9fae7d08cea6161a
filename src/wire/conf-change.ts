import { EMPTY_BYTES } from './bytes.ts';
import { Reader, WireError, Writer } from './cursor.ts';
import type { ConfChange } from './types.ts';

/*
 * raftpb.ConfChange: 1 id, 2 type (0 AddNode, 1 RemoveNode, 2 UpdateNode, 3 AddLearnerNode),
 * 3 nodeID, 4 context = JSON of the member (etcd membership.ConfigChangeContext), none for RemoveNode.
 */

export const ConfChangeType = {
  AddNode: 0,
  RemoveNode: 1,
  UpdateNode: 2,
  AddLearnerNode: 3,
} as const;

/** Decodes the data of a conf change entry. Errors: WireError. */
export function decodeConfChange(data: Uint8Array): ConfChange {
  const reader = new Reader(data);
  let id = 0n;
  let type = 0;
  let nodeId = 0n;
  let context = EMPTY_BYTES;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) id = reader.uint64();
    else if (tag === 0x10) type = reader.int32();
    else if (tag === 0x18) nodeId = reader.uint64();
    else if (tag === 0x22) context = reader.slice();
    else if (tag >>> 3 <= 4)
      throw new WireError('conf change field of a wrong wire type', reader.pos);
    else reader.skip(tag);
  }
  return { id, type, nodeId, context };
}

export function encodeConfChange(change: ConfChange): Uint8Array {
  const writer = new Writer(64 + change.context.length);
  writer.int64Field(1, change.id).int64Field(2, BigInt(change.type)).int64Field(3, change.nodeId);
  if (change.context.length > 0) writer.bytesField(4, change.context);
  return writer.finish();
}

/** The member in a conf change's context; the ID is taken from nodeID, which etcd requires to be equal. */
export interface ConfChangeMember {
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
  readonly isPromote: boolean;
}

/** Reads the JSON context. Errors: WireError when it isn't the JSON object that etcd writes. */
export function decodeConfChangeContext(context: Uint8Array): ConfChangeMember {
  let json: unknown;
  try {
    // The only number in it is the member's ID, which is taken from elsewhere: its rounding is harmless.
    json = JSON.parse(new TextDecoder().decode(context));
  } catch {
    throw new WireError('conf change context is not JSON', 0);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new WireError('conf change context is not an object', 0);
  }
  const fields = json as Record<string, unknown>;
  return {
    name: typeof fields.name === 'string' ? fields.name : '',
    peerUrls: strings(fields.peerURLs),
    clientUrls: strings(fields.clientURLs),
    isLearner: fields.isLearner === true,
    isPromote: fields.isPromote === true,
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
