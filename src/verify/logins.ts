import type { ByteString } from '../wire/bytes.ts';
import { utf8ToByteString } from '../wire/bytes.ts';
import type { Difference } from './types.ts';

/** A user whose password is known, to be tried at both sides. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** What became of a login; `off` = the cluster checks no credentials. */
export type LoginAnswer = 'logs in' | 'refused' | 'off';

/** Logs in at a side. Errors: those of the client. */
export type Authenticate = (login: Login) => Promise<LoginAnswer>;

export interface LoginLook {
  readonly differences: readonly Difference[];
  /** Users whose password the source took. */
  readonly tried: number;
}

/** Logs in as each user at both sides: what no list of users tells is whether their passwords are the same. */
export async function lookAtLogins(
  logins: readonly Login[],
  source: Authenticate,
  destination: Authenticate,
): Promise<LoginLook> {
  const differences: Difference[] = [];
  let tried = 0;
  // One after the other: each costs a member a bcrypt.
  for (const login of logins) {
    const there = await destination(login);
    const wanted = await source(login);
    if (wanted === 'logs in') tried += 1;
    // Where auth is off no password counts, so nothing can be said.
    if (wanted === 'off' || there === 'off' || wanted === there) continue;
    differences.push({
      kind: 'login',
      subject: utf8ToByteString(login.user),
      source: wanted as ByteString,
      destination: there as ByteString,
    });
  }
  return { differences, tried };
}
