import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/options.ts';
import { readCheckpoint } from '../destination/checkpoint.ts';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { toNumber } from '../destination/int64.ts';
import { SyncerError } from '../ops/errors.ts';
import { PromotedMark } from '../promote/promoted-mark.ts';
import type { Standing } from '../promote/types.ts';
import type { Promotable } from './promotable.ts';

const POLL_MS = 20;

const NOWHERE: Standing = {
  isSourceAnswering: false,
  isWriting: false,
  lateWrites: 0,
  silentMs: undefined,
  received: 0,
  committed: 0,
  endedAt: undefined,
  confirmed: 0,
  revision: 0,
  destinationRevision: 0,
  isWhole: true,
  bumpSeconds: undefined,
  differences: undefined,
  held: [],
};

export interface OutlookOptions {
  readonly config: Pick<Config, 'checkpointPrefix'>;
  readonly clusterId: bigint;
  /** Repeats a request while the destination is away. */
  readonly retry: <T>(what: string, attempt: () => Promise<T>, signal: AbortSignal) => Promise<T>;
}

/** Where both sides of a cut-over stand, as far as it was asked and waited for. It writes nothing. */
export class Outlook {
  readonly #options: OutlookOptions;
  #standing: Standing = NOWHERE;

  constructor(options: OutlookOptions) {
    this.#options = options;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Something that was found out elsewhere. */
  note(change: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...change };
  }

  /** Looks where the part is by now. */
  look(part: Promotable, change: Partial<Standing> = {}): void {
    const { state } = part.storage;
    const { checkpoint } = part.destination.writer;
    this.note({
      silentMs: part.silentMs,
      received: part.received,
      committed: part.committed,
      confirmed: Math.max(state.confirmed.index, checkpoint?.index ?? 0),
      revision: Math.max(state.confirmedReader.revision, checkpoint?.revision ?? 0),
      isWriting: checkpoint !== undefined,
      isWhole: part.destination.writer.consistent,
      held: part.destination.auth?.held ?? [],
      ...change,
    });
  }

  /** Waits until the destination has everything up to `target`, and looks all the while. Errors: the signal's reason. */
  async drain(
    part: Promotable,
    target: number,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    // A dry run of a process of its own has begun nothing.
    if (part.destination.writer.checkpoint === undefined) return;
    const { state } = part.storage;
    const untilMs = performance.now() + limitMs;
    // A destination that is ahead of what a crash left here has it, and the state never comes to it.
    const there = (): number =>
      Math.max(state.confirmed.index, part.destination.writer.checkpoint?.index ?? 0);
    while ((there() < target || !part.isReady) && performance.now() < untilMs) {
      this.look(part);
      await pause(POLL_MS, signal);
    }
    this.look(part);
  }

  /** For one that has not been claimed. Errors: DEST_CHECKPOINT_LOST, permanent ones of the client, the signal's reason. */
  async readCheckpoint(part: Promotable, signal: AbortSignal): Promise<void> {
    const { client } = part.destination;
    const { config, clusterId, retry } = this.#options;
    const { key } = new PromotedMark(client, config.checkpointPrefix, clusterId);
    const { checkpoint } = await retry(
      'read the checkpoint',
      () => readCheckpoint(client, key),
      signal,
    );
    if (checkpoint === undefined) {
      throw new SyncerError(
        'DEST_CHECKPOINT_LOST',
        'the destination has no checkpoint of this source',
      );
    }
    const { confirmed, revision, isWhole } = this.#standing;
    const isHalf = checkpoint.seeding !== undefined || checkpoint.partsDone > 0;
    this.note({
      confirmed: Math.max(confirmed, checkpoint.index),
      revision: Math.max(revision, checkpoint.revision),
      isWhole: isWhole && !isHalf,
    });
  }

  /** Errors: permanent ones of the client, the signal's reason. */
  async readRevision(client: EtcdClient, signal: AbortSignal): Promise<void> {
    const { retry } = this.#options;
    const { header } = await retry('ask the destination', () => client.status(), signal);
    this.note({ destinationRevision: toNumber(header?.revision) });
  }
}

/** Errors: the signal's reason. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}
