import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { nowMs } from './measure.ts';
import { benchKey, PREFIX, RawClient } from './raw-client.ts';

const POLL_MS = 1;

/** When each key of the bench, which are put once each and in their order, was first seen at a copy. */
export interface Sight {
  /** How many were seen. */
  readonly count: number;
  /** By `nowMs`; NaN = not yet. */
  seenMs(number: number): number;
  close(): Promise<void>;
}

/** By a watch. */
export async function watchKeys(endpoints: string[]): Promise<Sight> {
  const seen = new Map<string, number>();
  const client = new Etcd3({ hosts: endpoints });
  const watcher = await client.watch().prefix(PREFIX).create();
  watcher.on('put', ({ key }) => seen.set(key.toString('latin1'), nowMs()));
  return {
    get count() {
      return seen.size;
    },
    seenMs: number => seen.get(benchKey(number)) ?? Number.NaN,
    async close() {
      // One that is left open dials its destination again and again when that is gone, and keeps this process alive.
      await watcher.cancel();
      client.close();
    },
  };
}

/**
 * By asking a member for its own revision, every millisecond: a learner serves no watches (etcd api/v3rpc interceptor.go). The
 * n-th revision is taken for the n-th key, though some that are under way together may have changed places.
 */
export async function askForRevision(endpoint: string): Promise<Sight> {
  const client = new RawClient(endpoint);
  const seen: number[] = [];
  const first = await client.revision();
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const revision = await client.revision();
      while (seen.length < revision - first) seen.push(nowMs());
      await sleep(POLL_MS);
    }
  })();
  return {
    get count() {
      return seen.length;
    },
    seenMs: number => seen[number] ?? Number.NaN,
    async close() {
      isOver = true;
      await asking;
      client.close();
    },
  };
}
