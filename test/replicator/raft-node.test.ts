import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SegmentedLog } from '../../src/log/segmented-log.ts';
import { Learner } from '../../src/raft/learner.ts';
import { RaftNode } from '../../src/replicator/raft-node.ts';
import { message } from '../../src/wire/raft-message.ts';
import { EntryType, type Message, MessageType } from '../../src/wire/types.ts';

function append(index: number): Message {
  const entries = [{ type: EntryType.Normal, term: 1, index, data: new Uint8Array(10) }];
  const prev = { index: index - 1, logTerm: index === 1 ? 0 : 1 };
  return message({ type: MessageType.App, to: 9n, from: 1n, term: 1, commit: 0, entries, ...prev });
}

test('entries that come one by one share fsyncs, and each acknowledgement has its entries on the disk', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-node-'));
  const log = await SegmentedLog.open({ dir, clusterId: 1n });
  const learner = new Learner({
    id: 9n,
    terms: log.terms,
    hardState: log.hardState,
    electionTimeoutMs: 1_000,
  });
  const acknowledged: number[] = [];
  const node = new RaftNode({
    learner,
    log,
    send: messages => {
      for (const { index } of messages) {
        expect(index).toBeLessThanOrEqual(log.durableIndex);
        acknowledged.push(index);
      }
    },
    maxLogBytes: Number.MAX_SAFE_INTEGER,
    now: () => performance.now(),
    hashPasswords: async () => [],
    events: {
      onCommit: () => undefined,
      onConfChange: () => undefined,
      onEvent: () => undefined,
      onFailed: error => {
        throw error;
      },
    },
  });
  try {
    const started = performance.now();
    for (let index = 1; index <= 100; index += 1) {
      node.receive(append(index));
      await sleep(1);
    }
    await node.stop();
    expect(acknowledged.at(-1)).toBe(100);
    // A timer may fire a millisecond early.
    expect(acknowledged.length).toBeLessThanOrEqual((performance.now() - started) / 9 + 2);
  } finally {
    await log.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
