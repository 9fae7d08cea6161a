import type { AuthMutation, AuthState } from '../apply/types.ts';
import { AUTH_SUBJECT, type AuthWriter } from './auth-writer.ts';
import type { EtcdClient } from './etcd-client.ts';
import { nameText } from './names.ts';
import { authDifference } from './planner/auth-difference.ts';
import { readAuth } from './read-auth.ts';
import { roleSubject } from './role-permissions.ts';

export interface SettleHeldOptions {
  readonly client: EtcdClient;
  readonly auth: AuthWriter;
  /** The source's users and roles at its end. */
  readonly wanted: AuthState;
  /** Repeats a request while the destination is away. */
  readonly retry: <T>(what: string, attempt: () => Promise<T>) => Promise<T>;
}

/**
 * Tries once more whatever was held, as the source has it: since then the destination may have got a newer version,
 * our user the role root, a role its name. What is refused again stays held.
 *
 * Errors: those of the client, DATA_DIR.
 */
export async function settleHeld({
  client,
  auth,
  wanted,
  retry,
}: SettleHeldOptions): Promise<void> {
  const subjects = new Set(auth.held.map(({ subject }) => subject));
  if (subjects.size === 0) return;
  const there = await retry('read users and roles', () => readAuth(client));
  const changes = authDifference({ ...there, enabled: !wanted.enabled }, wanted, there);
  // Auth last: a user that logs in must be there as the source has it.
  const isAuth = (subject: string): number => Number(subject === AUTH_SUBJECT);
  for (const subject of [...subjects].toSorted((a, b) => isAuth(a) - isAuth(b))) {
    const ofSubject = changes.filter(change => subjectOf(change) === subject);
    await retry('change users and roles', () => auth.tryAgain(subject, ofSubject, wanted));
  }
}

/** What `auth settle` calls what it is about. */
function subjectOf(mutation: AuthMutation): string {
  switch (mutation.kind) {
    case 'enable':
    case 'disable':
      return AUTH_SUBJECT;
    case 'user-add':
    case 'user-change-password':
      return nameText(mutation.user.name);
    case 'user-delete':
      return nameText(mutation.name);
    case 'user-grant-role':
    case 'user-revoke-role':
      return nameText(mutation.user);
    default:
      return roleSubject(mutation.name);
  }
}
