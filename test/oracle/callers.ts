import { type MemberClient, refusalOf } from './client.ts';
import { PASSWORDS } from './generate-auth.ts';

/**
 * Tokens of the users. A token is kept until a server refuses it, so that some are older than what auth
 * has become since.
 */
export class Callers {
  readonly #tokens = new Map<string, string>();

  /** The user's token; undefined when it can't be had (auth is off, the user is gone, it has no password). */
  async token(user: string | undefined, member: MemberClient): Promise<string | undefined> {
    if (user === undefined) return undefined;
    const held = this.#tokens.get(user);
    if (held !== undefined) return held;
    for (const password of PASSWORDS) {
      try {
        const { token } = await member.call('Auth/Authenticate', { name: user, password });
        this.#tokens.set(user, String(token));
        return String(token);
      } catch (error) {
        if (!refusalOf(error).includes('authentication failed')) return undefined;
      }
    }
    return undefined;
  }

  /** A server has refused the user's token. */
  forget(user: string): void {
    this.#tokens.delete(user);
  }
}
