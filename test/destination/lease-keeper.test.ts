import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import Long from 'long';
import { expect, test } from 'vitest';
import type { EtcdClient } from '../../src/destination/etcd-client.ts';
import { toBigInt } from '../../src/destination/int64.ts';
import { LeaseKeeper } from '../../src/destination/lease-keeper.ts';
import { createLogger } from '../../src/ops/logger.ts';

const LEASES = 5_000;
const MOST_UNANSWERED = 2_000;
const TTL = 600;

/** A keepalive stream whose other end answers when it is told to. */
class SlowStream extends EventEmitter {
  readonly unanswered: bigint[] = [];
  readonly asked = new Set<bigint>();
  most = 0;

  write(id: Long): void {
    this.unanswered.push(toBigInt(id));
    this.asked.add(toBigInt(id));
    this.most = Math.max(this.most, this.unanswered.length);
  }

  answer(count: number): void {
    for (const id of this.unanswered.splice(0, count)) {
      this.emit('data', { ID: Long.fromString(id.toString()), TTL: Long.fromNumber(TTL) });
    }
  }

  cancel(): void {}
}

test('what a member has not answered is bounded, and every lease has its turn', async () => {
  const stream = new SlowStream();
  const client = { endpoint: 'slow', keepAlive: async () => stream, failOver: () => undefined };
  const logger = createLogger({ level: 'error', format: 'json' });
  const lost: bigint[] = [];
  const keeper = new LeaseKeeper(client as unknown as EtcdClient, TTL, logger, id => lost.push(id));
  for (let id = 1n; id <= LEASES; id += 1n) keeper.adopt(id, TTL);
  keeper.start();
  while (stream.unanswered.length < MOST_UNANSWERED) await sleep(20);
  // Ticks go by, and all of them are due.
  await sleep(1_500);
  while (stream.asked.size < LEASES) {
    stream.answer(100);
    await sleep(5);
  }
  expect(stream.most).toBe(MOST_UNANSWERED);
  stream.answer(LEASES);
  expect(lost).toEqual([]);
  keeper.stop();
});
