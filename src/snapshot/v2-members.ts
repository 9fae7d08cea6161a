import type { Member, MembershipState } from '../apply/types.ts';
import { SyncerError } from '../ops/errors.ts';

/** A node of the v2 store as it is saved (etcdserver/api/v2store, store.Save). */
interface V2Node {
  readonly Value?: unknown;
  readonly Children?: Readonly<Record<string, V2Node>> | null;
}

const ID = /^[0-9a-f]{1,16}$/;

/**
 * The members that the v2 store holds, which is what comes with a MsgSnap: 3.4 and 3.5 recover their
 * members from it and not from the database (membership RecoverFromV2, storeMember).
 *
 * @param data JSON of the v2 store; empty = there is none
 *
 * Errors: SNAPSHOT_DAMAGED.
 */
export function decodeV2Members(data: Uint8Array): MembershipState | undefined {
  if (data.length === 0) return undefined;
  const root = (parse(Buffer.from(data).toString('utf8')) as { Root?: V2Node } | null)?.Root;
  const top = childrenOf(childrenOf(root)['0']);
  if (top.members === undefined) return undefined;
  const members = new Map<bigint, Member>();
  for (const [name, node] of Object.entries(childrenOf(top.members))) {
    const id = idOf(name);
    const raft = attributesOf(childrenOf(node).raftAttributes);
    const attributes = attributesOf(childrenOf(node).attributes);
    members.set(id, {
      id,
      name: typeof attributes.name === 'string' ? attributes.name : '',
      peerUrls: texts(raft.peerURLs),
      clientUrls: texts(attributes.clientURLs),
      isLearner: raft.isLearner === true,
    });
  }
  const removed = Object.keys(childrenOf(top.removed_members)).map(idOf);
  const version = top.version?.Value;
  return {
    members,
    removed: new Set(removed),
    clusterVersion: typeof version === 'string' ? version : '',
  };
}

function childrenOf(node: V2Node | undefined): Readonly<Record<string, V2Node>> {
  return node?.Children ?? {};
}

/** Values of the store are JSON themselves. */
function attributesOf(node: V2Node | undefined): Readonly<Record<string, unknown>> {
  if (typeof node?.Value !== 'string' || node.Value === '') return {};
  const value = parse(node.Value);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function idOf(name: string): bigint {
  if (!ID.test(name)) throw damaged(`a member with the ID ${JSON.stringify(name)}`);
  return BigInt(`0x${name}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged('no JSON', error);
  }
}

function damaged(text: string, cause?: unknown): SyncerError {
  return new SyncerError('SNAPSHOT_DAMAGED', `the v2 store in the message: ${text}`, {}, { cause });
}
