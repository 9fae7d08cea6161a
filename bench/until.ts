import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfFallen } from '../test/kit/fallen.ts';

const POLL_MS = 10;
const PATIENCE_MS = 600_000;

/** Asks until it is so; a server that is still starting counts as no, one that has ended is the end. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    throwIfFallen();
    try {
      if (await condition()) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    if (performance.now() > deadline) throw new Error('it did not come to pass');
    await sleep(POLL_MS);
  }
}
