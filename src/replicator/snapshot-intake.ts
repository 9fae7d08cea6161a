import { rm } from 'node:fs/promises';
import type { Member } from '../apply/types.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import { exportSnapshot } from '../snapshot/export.ts';
import { checkPosition } from '../snapshot/load-state.ts';
import type { PendingSnapshots } from '../snapshot/pending-snapshots.ts';
import { SnapshotFile } from '../snapshot/snapshot-file.ts';
import { decodeV2Members } from '../snapshot/v2-members.ts';
import type { Message } from '../wire/types.ts';
import type { RaftNode } from './raft-node.ts';
import type { ReadIndex } from './read-index.ts';

/** How long the leader is asked about a snapshot. */
const LEADER_MS = 10_000;

export interface SnapshotIntakeOptions {
  readonly pending: PendingSnapshots;
  readonly node: RaftNode;
  readonly readIndex: ReadIndex;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** A backup file that is made of it; undefined = none. */
  readonly keepAs: string | undefined;
  /** A snapshot is pending, and the log begins behind it; with the source's members as of then. */
  readonly onPending: (members: readonly Member[]) => void;
}

/**
 * Takes the leader's snapshots: everything in the file is gone through before raft is told of it, and
 * it is durable here before the leader is. What it does to the state comes later, when the destination
 * can take it; entries behind it are received meanwhile.
 */
export class SnapshotIntake {
  readonly #options: SnapshotIntakeOptions;
  #isKept = false;

  constructor(options: SnapshotIntakeOptions) {
    this.#options = options;
  }

  /**
   * Takes a MsgSnap and the file that came with it, which lies in the directory of pending snapshots and is
   * synced. Resolves when the leader may be told that we have it. Errors: SNAPSHOT_DAMAGED and the like
   * for what can't be loaded, those of the file system; nothing has changed then.
   */
  async take(message: Message, file: string): Promise<void> {
    const { pending, node, logger, keepAs, onPending } = this.#options;
    const snapshot = message.snapshot;
    if (snapshot === undefined) throw new SyncerError('INTERNAL', 'a MsgSnap without a snapshot');
    const { index, term, data } = snapshot;
    try {
      const checked = await check(file, { index, term });
      const membership = decodeV2Members(data);
      await this.#checkCommitted(index);
      // The first one: another may come when the leader's log runs away again.
      if (keepAs !== undefined && !this.#isKept) {
        await exportSnapshot(file, keepAs);
        this.#isKept = true;
      }
      // Raft may have come past it while the file was checked.
      if (!node.offerSnapshot(message)) return;
      try {
        await pending.add(file, { index, term }, membership, checked.rows);
      } catch (error) {
        node.installFailed();
        throw new SyncerError(
          'DATA_DIR',
          `${pending.dir}: ${errorText(error)}`,
          {},
          { cause: error },
        );
      }
      logger.info({ index, term, rows: checked.rows }, 'a snapshot of the leader is pending');
      await node.installed({ index, term });
      const { members } = membership ?? checked.membership;
      onPending([...members.values()]);
    } finally {
      await rm(file, { force: true });
    }
  }

  /**
   * A snapshot holds only what is committed, and its sender is not proven by the file: acknowledging an index
   * that the leader does not have makes leaders of 3.6 and 3.7 panic. So the leader itself is asked.
   */
  async #checkCommitted(index: number): Promise<void> {
    const { readIndex, signal } = this.#options;
    const committed = await readIndex.ask(LEADER_MS, signal);
    if (committed !== undefined && committed >= index) return;
    const text =
      committed === undefined
        ? `no leader says whether entry ${index} is committed`
        : `a snapshot of entry ${index}, while the leader has committed ${committed}`;
    throw new SyncerError('SNAPSHOT_FOREIGN', text);
  }
}

async function check(file: string, position: { index: number; term: number }) {
  const snapshot = await SnapshotFile.open(file);
  try {
    checkPosition(snapshot, position);
    const { rows } = await snapshot.verify();
    return { rows, membership: snapshot.meta.membership };
  } finally {
    await snapshot.close();
  }
}
