// The thread of hash-passwords.ts: hashes what it is begun with.
import { parentPort, workerData } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

/** The default of etcd's --bcrypt-cost. */
const COST = 10;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** undefined for bytes that are no text: the library hashes text only. */
function hashOf(password: Uint8Array): string | undefined {
  try {
    return bcrypt.hashSync(utf8.decode(password), COST);
  } catch {
    return undefined;
  } finally {
    password.fill(0);
  }
}

parentPort?.postMessage((workerData as Uint8Array[]).map(hashOf));
