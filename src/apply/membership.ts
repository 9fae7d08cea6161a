import {
  type ConfChangeMember,
  ConfChangeType,
  decodeConfChange,
  decodeConfChangeContext,
} from '../wire/conf-change.ts';
import { WireError } from '../wire/cursor.ts';
import { Refusal } from './refusal.ts';
import type { Change, Member, MembershipState, Semantics } from './types.ts';

export const NEW_MEMBERSHIP: MembershipState = {
  members: new Map(),
  removed: new Set(),
  clusterVersion: '',
};

/**
 * A conf change entry (EtcdServer.applyConfChange). One that fails validation is a no-op
 * (membership ValidateConfigurationChange). Throws Refusal for it, WireError for bytes that no
 * member survives.
 */
export function applyConfChange(
  data: Uint8Array,
  state: MembershipState,
  semantics: Semantics,
): Change[] {
  const change = decodeConfChange(data);
  const { nodeId: id, type } = change;
  if (!KNOWN_TYPES.has(type)) throw new WireError(`conf change of type ${type}`, 0);
  if (state.removed.has(id)) throw new Refusal('member was removed before');
  if (type === ConfChangeType.RemoveNode) return removeMember(id, state);
  const context = decodeConfChangeContext(change.context);
  if (type === ConfChangeType.UpdateNode) return updateMember(id, context, state, semantics);
  if (context.isPromote) return promoteMember(id, state);
  return addMember(id, type, context, state, semantics);
}

const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(ConfChangeType));

function removeMember(id: bigint, state: MembershipState): Change[] {
  if (!state.members.has(id)) throw new Refusal('member not found');
  const members = new Map(state.members);
  members.delete(id);
  return membership({ ...state, members, removed: new Set(state.removed).add(id) });
}

function updateMember(
  id: bigint,
  context: ConfChangeMember,
  state: MembershipState,
  semantics: Semantics,
): Change[] {
  const before = state.members.get(id);
  if (before === undefined) throw new Refusal('member not found');
  checkUrls(state, id, context.peerUrls);
  // Old releases replace the learner flag as well, which the request never carries.
  const isLearner = semantics.updateNodeKeepsLearner ? before.isLearner : context.isLearner;
  return membership(withMember(state, { ...before, peerUrls: context.peerUrls, isLearner }));
}

function promoteMember(id: bigint, state: MembershipState): Change[] {
  const before = state.members.get(id);
  if (before === undefined) throw new Refusal('member not found');
  if (!before.isLearner) throw new Refusal('member is no learner');
  return membership(withMember(state, { ...before, isLearner: false }));
}

function addMember(
  id: bigint,
  type: number,
  context: ConfChangeMember,
  state: MembershipState,
  semantics: Semantics,
): Change[] {
  if (state.members.has(id)) throw new Refusal('member exists');
  checkUrls(state, id, context.peerUrls);
  const { name, peerUrls, clientUrls, isLearner } = context;
  if (isLearner && type === ConfChangeType.AddLearnerNode) {
    const learners = [...state.members.values()].filter(member => member.isLearner).length;
    if (learners >= semantics.maxLearners) throw new Refusal('too many learners');
  }
  return membership(withMember(state, { id, name, peerUrls, clientUrls, isLearner }));
}

/** ClusterMemberAttrSet and its v2 form; unknown members change nothing here. */
export function applyMemberAttributes(
  id: bigint,
  name: string,
  clientUrls: readonly string[],
  state: MembershipState,
): Change[] {
  const before = state.members.get(id);
  return before === undefined ? [] : membership(withMember(state, { ...before, name, clientUrls }));
}

export function applyClusterVersion(version: string, state: MembershipState): Change[] {
  return membership({ ...state, clusterVersion: version });
}

/** Not anchored: etcd looks for it anywhere in the path (storeMemberAttributeRegexp). */
const V2_ATTRIBUTES = /\/0\/members\/[0-9A-Fa-f]{1,16}\/attributes/;
const V2_MEMBER_ID = /\/([0-9A-Fa-f]{1,16})\/[^/]*$/;
const V2_VERSION = '/0/version';

/** What of a v2 request concerns us: published members and the cluster version (apply_v2.go). */
export function applyV2(
  method: string,
  path: string,
  value: string,
  state: MembershipState,
): Change[] {
  if (method !== 'PUT') return [];
  if (path === V2_VERSION) return applyClusterVersion(value, state);
  const id = V2_ATTRIBUTES.test(path) ? V2_MEMBER_ID.exec(path)?.[1] : undefined;
  if (id === undefined) return [];
  const { name, clientURLs } = attributes(value);
  return applyMemberAttributes(BigInt(`0x${id}`), name, clientURLs, state);
}

function attributes(value: string): { name: string; clientURLs: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch {
    // A member panics on it; an entry that every member survived is never like this.
    return { name: '', clientURLs: [] };
  }
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  return {
    name: typeof fields.name === 'string' ? fields.name : '',
    clientURLs: Array.isArray(fields.clientURLs)
      ? fields.clientURLs.filter(url => typeof url === 'string')
      : [],
  };
}

function checkUrls(state: MembershipState, id: bigint, urls: readonly string[]): void {
  for (const member of state.members.values()) {
    if (member.id !== id && member.peerUrls.some(url => urls.includes(url))) {
      throw new Refusal('peer URL is in use');
    }
  }
}

function withMember(state: MembershipState, member: Member): MembershipState {
  return { ...state, members: new Map(state.members).set(member.id, member) };
}

function membership(state: MembershipState): Change[] {
  return [{ kind: 'membership', membership: state }];
}
