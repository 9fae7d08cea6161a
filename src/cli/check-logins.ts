import { readFile, stat } from 'node:fs/promises';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Authenticate, Login } from '../verify/logins.ts';

const MAX_FILE_BYTES = 1024 * 1024;
const REFUSALS: ReadonlySet<string> = new Set(['SOURCE_UNAUTHORISED', 'DEST_UNAUTHORISED']);

/**
 * Users with their passwords, `user:password` a line; empty lines and those with # are left out. Errors:
 * CONFIG_FILE, never with what is in the file.
 */
export async function readLogins(path: string): Promise<readonly Login[]> {
  let text: string;
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) throw new Error('it is longer than 1 MiB');
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new SyncerError('CONFIG_FILE', `${path}: ${errorText(error)}`, {}, { cause: error });
  }
  const logins: Login[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon < 1)
      throw new SyncerError('CONFIG_FILE', `${path}: line ${i + 1} has no user:password`);
    logins.push({ user: line.slice(0, colon), password: line.slice(colon + 1) });
  }
  return logins;
}

/** Logs in with a client of its own for each user: the one that reads stays who it is. */
export function authenticateAt(client: EtcdClient): Authenticate {
  return async ({ user, password }) => {
    const own = client.as(user, password);
    try {
      return (await own.authIsOn()) ? 'logs in' : 'off';
    } catch (error) {
      if (error instanceof SyncerError && REFUSALS.has(error.code)) return 'refused';
      throw error;
    } finally {
      own.close();
    }
  };
}
