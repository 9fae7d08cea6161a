import type { ByteString } from '../../wire/bytes.ts';
import { FROM_KEY, successor } from '../ranges.ts';
import { Refusal } from '../refusal.ts';
import type { AuthState, Semantics, User } from '../types.ts';
import { type Interval, IntervalTree } from './interval-tree.ts';

/** Who sent a request, as the serving member wrote it into the header. */
export interface Caller {
  readonly username: ByteString;
  readonly authRevision: number;
}

export const ROOT = 'root' as ByteString;
const READ = 0;
const WRITE = 1;
const READWRITE = 2;

export type Access = 'read' | 'write';

/**
 * authStore.isOpPermitted: the auth revision is checked for everybody, root included. Throws Refusal.
 * `rangeEnd` as in a request: '' = the single key, '\0' = from the key on.
 */
export function checkAccess(
  auth: AuthState,
  caller: Caller,
  key: ByteString,
  rangeEnd: ByteString,
  access: Access,
  semantics: Pick<Semantics, 'permissionsSortedByEnd'>,
): void {
  if (!auth.enabled) return;
  if (caller.authRevision === 0) throw new Refusal('user name is empty');
  if (caller.authRevision < auth.revision) throw new Refusal('revision of auth store is old');
  const user = auth.users.get(caller.username);
  if (user === undefined) throw new Refusal('permission denied');
  if (isAdmin(user)) return;
  if (!covers(auth, user, key, rangeEnd, access, semantics.permissionsSortedByEnd))
    throw new Refusal('permission denied');
}

/** authStore.IsAdminPermitted: no revision check. Throws Refusal. */
export function checkAdmin(auth: AuthState, caller: Caller): void {
  if (!auth.enabled) return;
  if (caller.username === '') throw new Refusal('user name is empty');
  const user = auth.users.get(caller.username);
  if (user === undefined || !isAdmin(user)) throw new Refusal('permission denied');
}

export function callerIsAdmin(auth: AuthState, caller: Caller): boolean {
  const user = auth.users.get(caller.username);
  return user !== undefined && isAdmin(user);
}

/** The root role counts by its name alone; the role itself need not exist. */
export function isAdmin(user: User): boolean {
  return user.roles.includes(ROOT);
}

/** Reading and writing rights of a user: all permissions of all its roles together. */
interface MergedPermissions {
  readonly read: IntervalTree;
  readonly write: IntervalTree;
}

/** Kept per version of the auth store, which is immutable, as etcd keeps its rangePermCache between mutations. */
type MergedByUser = WeakMap<AuthState, Map<ByteString, MergedPermissions>>;
const MERGED: MergedByUser = new WeakMap();
const MERGED_BY_END: MergedByUser = new WeakMap();

function mergedPermissions(auth: AuthState, user: User, sortsByEnd: boolean): MergedPermissions {
  const cache = sortsByEnd ? MERGED_BY_END : MERGED;
  let byUser = cache.get(auth);
  if (byUser === undefined) {
    byUser = new Map();
    cache.set(auth, byUser);
  }
  let merged = byUser.get(user.name);
  if (merged === undefined) {
    merged = merge(auth, user, sortsByEnd);
    byUser.set(user.name, merged);
  }
  return merged;
}

/** getMergedPerms (range_perm_cache.go): roles in the user's order, permissions in the role's; roles that don't exist are passed over. */
function merge(auth: AuthState, user: User, sortsByEnd: boolean): MergedPermissions {
  const read = new IntervalTree(sortsByEnd);
  const write = new IntervalTree(sortsByEnd);
  for (const name of user.roles) {
    for (const { permType, key, rangeEnd } of auth.roles.get(name)?.permissions ?? []) {
      const interval = rangeEnd === '' ? point(key) : { begin: key, end: toBound(rangeEnd) };
      if (permType === READ || permType === READWRITE) read.insert(interval);
      if (permType === WRITE || permType === READWRITE) write.insert(interval);
    }
  }
  return { read, write };
}

/** checkKeyPoint and checkKeyInterval (range_perm_cache.go). */
function covers(
  auth: AuthState,
  user: User,
  key: ByteString,
  rangeEnd: ByteString,
  access: Access,
  sortsByEnd: boolean,
): boolean {
  const tree = mergedPermissions(auth, user, sortsByEnd)[access];
  if (rangeEnd === '') return tree.intersects(point(key));
  return tree.contains({ begin: key, end: toBound(rangeEnd) });
}

function point(key: ByteString): Interval {
  return { begin: key, end: successor(key) };
}

/** A range end as an interval's bound: one zero byte stands for infinity, which a bound writes as ''. */
function toBound(rangeEnd: ByteString): ByteString {
  return rangeEnd === FROM_KEY ? ('' as ByteString) : rangeEnd;
}
