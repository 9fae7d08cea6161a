import type { ByteString } from '../../wire/bytes.ts';
import { successor } from '../ranges.ts';
import { Refusal } from '../refusal.ts';
import type { AuthState, User } from '../types.ts';

/** Who sent a request, as the serving member wrote it into the header. */
export interface Caller {
  readonly username: ByteString;
  readonly authRevision: number;
}

export const ROOT = 'root' as ByteString;
const READ = 0;
const WRITE = 1;
const READWRITE = 2;
const INFINITY = '\0';

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
): void {
  if (!auth.enabled) return;
  if (caller.authRevision === 0) throw new Refusal('user name is empty');
  if (caller.authRevision < auth.revision) throw new Refusal('revision of auth store is old');
  const user = auth.users.get(caller.username);
  if (user === undefined) throw new Refusal('permission denied');
  if (isAdmin(user)) return;
  if (!covers(auth, user, key, rangeEnd, access)) throw new Refusal('permission denied');
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

interface Interval {
  readonly begin: ByteString;
  /** undefined = infinity. */
  readonly end: ByteString | undefined;
}

/** checkKeyPoint and checkKeyInterval over the merged permissions of all roles of the user (range_perm_cache.go). */
function covers(
  auth: AuthState,
  user: User,
  key: ByteString,
  rangeEnd: ByteString,
  access: Access,
): boolean {
  const granted = grantedIntervals(auth, user, access);
  const degenerate = rangeEnd !== '' && rangeEnd !== INFINITY && rangeEnd <= key;
  if (rangeEnd === '' || degenerate) return granted.some(interval => contains(interval, key));
  const wanted: Interval = { begin: key, end: rangeEnd === INFINITY ? undefined : rangeEnd };
  return unionCovers(granted, wanted);
}

function grantedIntervals(auth: AuthState, user: User, access: Access): Interval[] {
  const wanted = access === 'read' ? READ : WRITE;
  const intervals: Interval[] = [];
  for (const name of user.roles) {
    for (const { permType, key, rangeEnd } of auth.roles.get(name)?.permissions ?? []) {
      if (permType !== wanted && permType !== READWRITE) continue;
      if (rangeEnd === '') intervals.push({ begin: key, end: successor(key) });
      else intervals.push({ begin: key, end: rangeEnd === INFINITY ? undefined : rangeEnd });
    }
  }
  return intervals;
}

function contains({ begin, end }: Interval, key: ByteString): boolean {
  return begin <= key && (end === undefined || key < end);
}

/** Adjacent intervals cover together; sweeps from the left. */
function unionCovers(granted: readonly Interval[], wanted: Interval): boolean {
  const sorted = granted
    .filter(({ begin, end }) => end === undefined || end > begin)
    .sort((a, b) => (a.begin < b.begin ? -1 : 1));
  let reached = wanted.begin;
  for (const { begin, end } of sorted) {
    if (begin > reached) return false;
    if (end === undefined) return true;
    if (end > reached) reached = end;
    if (wanted.end !== undefined && reached >= wanted.end) return true;
  }
  return false;
}
