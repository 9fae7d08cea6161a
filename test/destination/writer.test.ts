import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EtcdClient } from '../../src/destination/etcd-client.ts';
import { LeaseKeeper } from '../../src/destination/lease-keeper.ts';
import { KeyFilter } from '../../src/destination/planner/filter.ts';
import { txnLimits } from '../../src/destination/planner/limits.ts';
import { DestinationWriter } from '../../src/destination/writer.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { utf8ToByteString as bytes } from '../../src/wire/bytes.ts';
import { CHECKPOINT_KEY, FakeDestination, type Fate } from './fake-destination.ts';

const LOCAL = { clusterId: 1n, confirmed: { index: 0, term: 0 }, checkpointIndex: 0 };

/** A writer whose batches hold a single put. */
function writerTo(destination: FakeDestination, confirmed: number[]): DestinationWriter {
  const client = destination as unknown as EtcdClient;
  const logger = createLogger({ level: 'silent', format: 'json' });
  return new DestinationWriter({
    client,
    leases: new LeaseKeeper(client, 0, logger, () => undefined),
    auth: undefined,
    filter: new KeyFilter({
      prefixes: [],
      excludePrefixes: [],
      destPrefix: undefined,
      checkpointPrefix: CHECKPOINT_KEY,
    }),
    limits: txnLimits(2, 1_572_864),
    clusterId: 1n,
    checkpointKey: CHECKPOINT_KEY,
    onNonempty: 'merge',
    writerName: 'w',
    logger,
    onConfirmed: async ({ index }) => {
      confirmed.push(index);
    },
  });
}

test('batches that overtake each other or get lost leave nothing out and nothing twice, in order', async () => {
  const fate = fc.constantFrom<Fate>('answered', 'answered', 'overtaken', 'overtaken', 'late');
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 30 }), async fates => {
      const destination = new FakeDestination();
      const confirmed: number[] = [];
      const writer = writerTo(destination, confirmed);
      await writer.open(LOCAL);
      destination.fates = [...fates];
      const running = writer.run();
      const indexes = Array.from({ length: 12 }, (_, i) => i + 1);
      for (const index of indexes) {
        const put = {
          kind: 'put',
          key: bytes(`k${index}`),
          value: bytesOf(index),
          lease: 0n,
        } as const;
        writer.submit({ position: { index, term: 1 }, revision: index, effects: [put] });
      }
      expect(await writer.drain(60_000)).toBe(true);
      writer.stop();
      await running;
      expect(destination.done).toEqual(indexes.map(String));
      expect(confirmed).toEqual(indexes);
    }),
    { numRuns: 25 },
  );
}, 60_000);

function bytesOf(index: number): Uint8Array {
  return Buffer.from(String(index));
}
