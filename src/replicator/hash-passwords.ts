import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * A bcrypt hash for each password, as members make them (etcd server/auth/store.go UserAdd, bcrypt cost 10); undefined where
 * none can be made. In a thread of its own, since each takes long on purpose, and since what
 * the thread's memory held of a password goes with it. Wipes the passwords; never rejects.
 *
 * @param passwords bytes in UTF-8, each with a buffer of its own, which is given away
 */
export async function hashPasswords(
  passwords: readonly Uint8Array[],
): Promise<readonly (string | undefined)[]> {
  let worker: Worker | undefined;
  try {
    worker = new Worker(new URL('./hash-passwords-thread.js', import.meta.url), {
      workerData: passwords,
      transferList: passwords.map(({ buffer }) => buffer as ArrayBuffer),
    });
    const ended = once(worker, 'exit').then(() => [[]]);
    const [hashes] = await Promise.race([once(worker, 'message'), ended]);
    return hashes;
  } catch {
    // Nothing to hash with: their users are held, and said to be, as if no password had come.
    return [];
  } finally {
    await worker?.terminate();
    // Where no thread could be begun, they are still ours. What was given away is empty, and can't be filled.
    for (const password of passwords) if (password.length > 0) password.fill(0);
  }
}
