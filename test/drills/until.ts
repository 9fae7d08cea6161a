import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfFallen } from '../kit/fallen.ts';

const POLL_MS = 100;

/** Waits until `condition` holds; an attempt that throws counts as one that does not hold. Over when an etcd has ended unasked. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let reason = 'it never held';
  while (Date.now() < deadline) {
    throwIfFallen();
    try {
      if (await condition()) return;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(POLL_MS);
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}: ${reason}`);
}
