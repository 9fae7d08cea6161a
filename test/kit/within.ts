import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Rejects when it takes longer. The etcd3 client logs in again and again, for ever, where a token is not known to
 * a member: a deadline is for each of its calls alone.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = async (): Promise<never> => {
    await sleep(ms, undefined, { signal: timer.signal });
    throw new Error(`not done within ${ms} ms`);
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    timer.abort();
  }
}
