import { ConfChangeType, decodeConfChange, decodeConfChangeContext } from '../wire/conf-change.ts';
import type { Change, Member, MembershipState, Semantics } from './types.ts';

export const NEW_MEMBERSHIP: MembershipState = {
  members: new Map(),
  removed: new Set(),
  clusterVersion: '',
};

/**
 * A conf change entry. One that fails validation is a no-op (membership ValidateConfigurationChange);
 * the limit of learners is not checked here, since the leader refuses such a proposal before.
 */
export function applyConfChange(
  data: Uint8Array,
  state: MembershipState,
  semantics: Semantics,
): Change[] {
  const change = decodeConfChange(data);
  const { nodeId: id } = change;
  const before = state.members.get(id);
  if (state.removed.has(id)) return [];
  if (change.type === ConfChangeType.RemoveNode) {
    if (before === undefined) return [];
    const members = new Map(state.members);
    members.delete(id);
    return membership({ ...state, members, removed: new Set(state.removed).add(id) });
  }
  const context = decodeConfChangeContext(change.context);
  if (change.type === ConfChangeType.UpdateNode) {
    if (before === undefined || urlsTaken(state, id, context.peerUrls)) return [];
    // Old releases replace the learner flag as well.
    const isLearner = semantics.updateNodeKeepsLearner ? before.isLearner : context.isLearner;
    return membership(withMember(state, { ...before, peerUrls: context.peerUrls, isLearner }));
  }
  if (context.isPromote) {
    if (before === undefined || !before.isLearner) return [];
    return membership(withMember(state, { ...before, isLearner: false }));
  }
  if (before !== undefined || urlsTaken(state, id, context.peerUrls)) return [];
  return membership(
    withMember(state, {
      id,
      name: context.name,
      peerUrls: context.peerUrls,
      clientUrls: context.clientUrls,
      isLearner: change.type === ConfChangeType.AddLearnerNode,
    }),
  );
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

const V2_ATTRIBUTES = /^\/0\/members\/([0-9a-f]{1,16})\/attributes$/;
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
  const id = V2_ATTRIBUTES.exec(path)?.[1];
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

function urlsTaken(state: MembershipState, id: bigint, urls: readonly string[]): boolean {
  for (const member of state.members.values()) {
    if (member.id !== id && member.peerUrls.some(url => urls.includes(url))) return true;
  }
  return false;
}

function withMember(state: MembershipState, member: Member): MembershipState {
  return { ...state, members: new Map(state.members).set(member.id, member) };
}

function membership(state: MembershipState): Change[] {
  return [{ kind: 'membership', membership: state }];
}
