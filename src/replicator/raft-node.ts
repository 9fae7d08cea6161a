import { setTimeout as sleep } from 'node:timers/promises';
import type { RaftLog } from '../log/types.ts';
import type { Learner } from '../raft/learner.ts';
import type { LogPosition } from '../raft/log-terms.ts';
import type { RaftEvent, Ready } from '../raft/types.ts';
import type { Entry, Message } from '../wire/types.ts';
import { EntryType, MessageType } from '../wire/types.ts';
import { type HashPasswords, PasswordSealing } from './password-sealing.ts';

const TICK_MS = 50;
/** From one fsync to the next: nobody's write waits for a learner, but the source's own fsyncs may wait for ours on one disk. */
const SYNC_MS = 10;
const TAIL_READ_BYTES = 1024 * 1024;

/** What the raft shell tells its owner. Handlers must not throw. */
export interface RaftNodeEvents {
  /** Entries up to `commit` are committed and held in the log. */
  onCommit(commit: number): void;
  /** A committed membership entry, in order; the transport follows it even when the destination is down. */
  onConfChange(entry: Entry): void;
  onEvent(event: RaftEvent): void;
  /** An append was dropped because the log has reached its size; called for each. */
  onLogFull?(): void;
  /** The log took no more; nothing was acknowledged that is not durable. */
  onFailed(error: unknown): void;
}

export interface RaftNodeOptions {
  readonly learner: Learner;
  readonly log: RaftLog;
  readonly send: (messages: readonly Message[]) => void;
  readonly events: RaftNodeEvents;
  /** Above this size of the log, appends are dropped, so that the leader treats us as a slow learner. */
  readonly maxLogBytes: number;
  readonly now: () => number;
  /** For passwords that members up to 3.4 log in clear. */
  readonly hashPasswords: HashPasswords;
}

/**
 * The shell around the pure learner: feeds it messages and time, writes what it wants written,
 * and sends acknowledgements only for what the disk has (design invariant 1).
 */
export class RaftNode {
  readonly #options: RaftNodeOptions;
  readonly #sealing: PasswordSealing;
  readonly #confChanges: Entry[] = [];
  #commit: number;
  #syncing = false;
  #dirty = false;
  #failed = false;
  #timer: NodeJS.Timeout | undefined;
  #idle: Promise<void> = Promise.resolve();
  #droppedAppends = 0;
  #received: number;

  constructor(options: RaftNodeOptions) {
    this.#options = options;
    this.#sealing = new PasswordSealing(options.hashPasswords, message => this.#step(message));
    this.#commit = options.learner.commit;
    this.#received = options.log.lastIndex;
  }

  /** Last index known committed and held. */
  get commit(): number {
    return this.#commit;
  }

  /** Last index read from the wire. */
  get received(): number {
    return this.#received;
  }

  /** Appends dropped because the log had reached its configured size. */
  get droppedAppends(): number {
    return this.#droppedAppends;
  }

  /** Looks through what the log already holds beyond the commit index, then lets time run. */
  async start(): Promise<void> {
    const { log } = this.#options;
    for (let next = this.#commit + 1; next <= log.lastIndex; ) {
      const entries = await log.read(next, log.lastIndex, TAIL_READ_BYTES);
      this.#trackConfChanges(entries);
      next += entries.length;
    }
    this.#timer = setInterval(() => {
      this.#handle(this.#options.learner.tick(this.#options.now()));
    }, TICK_MS);
  }

  /** Takes a message of any origin; the learner decides what is ours. Passwords and tokens in it are overwritten. */
  receive(received: Message): void {
    // A MsgSnap means something only together with its database: see offerSnapshot.
    if (this.#failed || received.type === MessageType.Snap) return;
    this.#sealing.take(received);
  }

  #step(message: Message): void {
    if (this.#failed) return;
    if (message.type === MessageType.App && message.entries.length > 0 && this.#logIsFull()) {
      // The stream stays read and heartbeats stay answered; the leader resends what was dropped.
      this.#droppedAppends += 1;
      this.#options.events.onLogFull?.();
      return;
    }
    this.#handle(this.#options.learner.step(message, this.#options.now()));
  }

  /**
   * Offers a MsgSnap whose database lies on the disk. True when it is to be installed: no append is taken
   * until `installed` or `installFailed`.
   */
  offerSnapshot(message: Message): boolean {
    if (this.#failed) return false;
    const ready = this.#options.learner.step(message, this.#options.now());
    this.#handle(ready);
    return ready.install !== undefined;
  }

  /** The snapshot at `position` is durable here: the log begins anew behind it, and the leader is told. */
  async installed(position: LogPosition): Promise<void> {
    const { log, learner } = this.#options;
    try {
      await log.reset(position);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#confChanges.length = 0;
    this.#received = log.lastIndex;
    this.#handle(learner.snapshotInstalled(log.terms));
  }

  installFailed(): void {
    this.#options.learner.snapshotFailed();
  }

  /** Sends a message of our own (ReadIndex, the removal of our seat). */
  propose(message: Message | undefined): boolean {
    if (message === undefined || this.#failed) return false;
    this.#options.send([message]);
    return true;
  }

  /** Stops the timer and waits until what was written is durable. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#sealing.stop();
    await this.#idle;
  }

  #logIsFull(): boolean {
    return this.#options.log.sizeBytes >= this.#options.maxLogBytes;
  }

  #handle(ready: Ready): void {
    if (this.#failed) return;
    const { log, events, send } = this.#options;
    try {
      if (ready.entries.length > 0) {
        log.append(ready.entries);
        this.#received = Math.max(this.#received, log.lastIndex);
        this.#trackConfChanges(ready.entries);
      }
      if (ready.hardState !== undefined) log.setHardState(ready.hardState);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (ready.immediate.length > 0) send(ready.immediate);
    for (const event of ready.events) events.onEvent(event);
    if (ready.commit > this.#commit) {
      this.#commit = ready.commit;
      this.#deliverConfChanges();
      events.onCommit(ready.commit);
    }
    if (ready.needsSync) this.#sync();
  }

  /** One fsync at a time, SYNC_MS apart; everything written meanwhile shares the next one. */
  #sync(): void {
    this.#dirty = true;
    if (this.#syncing) return;
    this.#syncing = true;
    this.#idle = this.#syncLoop();
  }

  async #syncLoop(): Promise<void> {
    const { log, learner, send } = this.#options;
    try {
      while (this.#dirty && !this.#failed) {
        this.#dirty = false;
        const token = learner.syncToken();
        const durable = await log.sync();
        const messages = learner.synced(token, durable);
        if (messages.length > 0) send(messages);
        await sleep(SYNC_MS);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#syncing = false;
    }
  }

  #trackConfChanges(entries: readonly Entry[]): void {
    const first = entries[0]?.index ?? 0;
    while ((this.#confChanges.at(-1)?.index ?? -1) >= first) this.#confChanges.pop();
    for (const entry of entries) {
      if (entry.type !== EntryType.Normal) this.#confChanges.push(entry);
    }
  }

  #deliverConfChanges(): void {
    while ((this.#confChanges[0]?.index ?? Number.POSITIVE_INFINITY) <= this.#commit) {
      const entry = this.#confChanges.shift();
      if (entry !== undefined) this.#options.events.onConfChange(entry);
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    clearInterval(this.#timer);
    this.#options.events.onFailed(error);
  }
}
