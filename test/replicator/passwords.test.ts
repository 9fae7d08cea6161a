import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { SegmentedLog } from '../../src/log/segmented-log.ts';
import { Learner } from '../../src/raft/learner.ts';
import { RaftNode } from '../../src/replicator/raft-node.ts';
import { Writer } from '../../src/wire/cursor.ts';
import { message } from '../../src/wire/raft-message.ts';
import { EntryType, type Message, MessageType } from '../../src/wire/types.ts';

const SEAT = 7n;
const LEADER = 1n;
const PASSWORD = 'in-the-clear-42';

/** auth_user_add of a 3.4 member. */
function userAdd(): Uint8Array {
  const user = new Writer().textField(1, 'alice').textField(2, PASSWORD).finish();
  const header = new Writer().uintField(1, 9).finish();
  return new Writer().bytesField(100, header).bytesField(1100, user).finish();
}

test('a password in an append is not on the disk, and the entry is acknowledged all the same', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-passwords-'));
  const log = await SegmentedLog.open({ dir, clusterId: 5n });
  const sent: Message[] = [];
  const learner = new Learner({
    id: SEAT,
    terms: log.terms,
    hardState: log.hardState,
    electionTimeoutMs: 1_000,
  });
  const node = new RaftNode({
    learner,
    log,
    send: messages => sent.push(...messages),
    maxLogBytes: Number.MAX_SAFE_INTEGER,
    now: () => 0,
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
    const entries = [{ type: EntryType.Normal, term: 2, index: 1, data: userAdd() }];
    const append = { type: MessageType.App, to: SEAT, from: LEADER, term: 2, commit: 1 };
    node.receive(message({ ...append, entries }));
    // Sent once more, as a leader does that heard no answer, it is the same entry.
    node.receive(message({ ...append, entries }));
    await vi.waitFor(() => expect(sent).not.toHaveLength(0));
    await node.stop();
    expect(sent.at(-1)).toMatchObject({ type: MessageType.AppResp, index: 1, reject: false });
    expect(sent.every(({ reject }) => !reject)).toBe(true);
    const [entry] = await log.read(1, 1, 1_000);
    const disk = readdirSync(dir)
      .map(name => readFileSync(join(dir, name), 'latin1'))
      .join('\n');
    for (const bytes of [disk, Buffer.from(entry?.data ?? []).toString('latin1')]) {
      expect(bytes).toContain('alice');
      expect(bytes).not.toContain(PASSWORD);
    }
  } finally {
    await log.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
