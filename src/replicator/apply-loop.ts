import type { Applied, Outcome, SourceProfile } from '../apply/types.ts';
import { effectsOf } from '../destination/planner/effects.ts';
import type { KeyFilter } from '../destination/planner/filter.ts';
import type { Checkpoint, EntryEffects } from '../destination/types.ts';
import type { DestinationWriter } from '../destination/writer.ts';
import type { RaftLog } from '../log/types.ts';
import { SyncerError } from '../ops/errors.ts';
import { yieldTurn } from '../ops/yield-turn.ts';
import type { State } from '../state/state.ts';
import type { Entry } from '../wire/types.ts';
import { applyInTurns } from './apply-in-turns.ts';
import { ReadAhead } from './read-ahead.ts';
import type { Settler } from './settler.ts';
import type { SnapshotInstall } from './snapshot-install.ts';

const READ_BYTES = 256 * 1024;
/** Changes in memory that are not confirmed; above it we wait for the destination. */
const MAX_OVERLAY_BYTES = 64 * 1024 * 1024;
/** Changes up to the checkpoint that wait in memory for leases to be revoked. */
const MAX_SILENT_BYTES = 8 * 1024 * 1024;
/** Changes of one entry from which on each step of it has a turn of its own. */
const MANY_CHANGES = 2_000;
/** Entries applied in one go before the event loop gets a turn: answers of the destination wait no longer than that. */
const TURN_MS = 3;

export interface ApplyLoopOptions {
  readonly log: RaftLog;
  readonly state: State;
  readonly writer: DestinationWriter;
  readonly filter: KeyFilter;
  readonly profile: () => SourceProfile;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Told once, when `isReady`: what was there already has moved the state, and no batch tells of it. */
  readonly onReady?: () => void;
  readonly settler: Settler;
  readonly install: Pick<SnapshotInstall, 'isDue' | 'run' | 'compareWithState'>;
  /** Where the leader says that the source stood when it was asked after the start; undefined until it has answered. */
  readonly sourceIndex: () => number | undefined;
}

/**
 * Turns committed entries into effects, in order. Entries up to the destination's checkpoint only
 * move the state: what they did is there already.
 */
export class ApplyLoop {
  readonly #options: ApplyLoopOptions;
  readonly #entries: ReadAhead;
  readonly #abort = new AbortController();
  readonly #revokedSilently = new Set<bigint>();
  #commit = 0;
  #wake: (() => void) | undefined;
  #writes = 0;
  #isReady = false;

  constructor(options: ApplyLoopOptions) {
    this.#options = options;
    this.#entries = new ReadAhead(options.log, READ_BYTES);
  }

  /** The destination has what was confirmed before the start, with its leases. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Entries sent so far with which clients changed keys. A lease that ends takes keys along, but is nobody's write. */
  get writes(): number {
    return this.#writes;
  }

  /** Entries up to `index` may be applied, a snapshot there is pending, or the leader has said where the source stands. */
  committed(index: number): void {
    this.#commit = Math.max(this.#commit, index);
    this.#wake?.();
  }

  stop(): void {
    this.#abort.abort();
    this.#wake?.();
  }

  /** Applies until stopped. Rejects with the first error, which no repetition mends. */
  async run(checkpoint: Checkpoint): Promise<void> {
    const { writer, state, install } = this.#options;
    await this.#catchUpSilently(checkpoint);
    if (this.#abort.signal.aborted) return;
    await writer.reconcileLeases(state.confirmedReader);
    this.#isReady = true;
    this.#options.onReady?.();
    while (!this.#abort.signal.aborted) {
      if (install.isDue) {
        await install.run();
        continue;
      }
      await writer.room();
      await this.#overlayRoom();
      for (const turn of turns(await this.#next(this.#commit))) {
        await this.#applyAll(turn);
        await yieldTurn();
      }
    }
  }

  /**
   * Moves the state to entry `index`, which the log has and the destination, too. For whoever has nothing to send,
   * since the destination is further than the log.
   */
  async moveState(index: number, checkpoint: Checkpoint): Promise<void> {
    const { state } = this.#options;
    while (state.resolved.index < index && !this.#abort.signal.aborted) {
      for (const entry of await this.#next(index)) await this.#applySilently(entry, checkpoint);
      await state.confirm(state.resolved.index, 0);
    }
  }

  /**
   * Brings the state to where the destination stands, with what is there: snapshots, entries. A destination
   * that was left on its way to a snapshot that we do not have is compared with the newest state there is:
   * with an older one, keys would be deleted that the source has.
   */
  async #catchUpSilently(checkpoint: Checkpoint): Promise<void> {
    const { state, install, writer, sourceIndex } = this.#options;
    const { signal } = this.#abort;
    const isHalfWay = (): boolean => writer.checkpoint?.seeding !== undefined;
    // What we know to be committed says little: after a start without a log it is nothing at all.
    const target = (): number =>
      isHalfWay() ? (sourceIndex() ?? Number.POSITIVE_INFINITY) : checkpoint.index;
    while (install.isDue || state.resolved.index < target()) {
      if (install.isDue) {
        await this.#confirmSilent();
        await install.run();
        continue;
      }
      for (const entry of await this.#next(Math.min(this.#commit, target()))) {
        await this.#applySilently(entry, checkpoint);
      }
      if (signal.aborted) return;
      // Once the state is past a revoke, nobody would find out that it is still to be made there.
      if (this.#revokedSilently.size === 0 || state.overlayBytes > MAX_SILENT_BYTES) {
        await state.confirm(state.resolved.index, 0);
      }
    }
    await this.#confirmSilent();
    if (isHalfWay()) await install.compareWithState();
    await state.confirm(state.resolved.index, writer.checkpoint?.index ?? checkpoint.index);
  }

  /** The state is at the destination up to here; what a process that died left over there goes before it is noted. */
  async #confirmSilent(): Promise<void> {
    const { state, writer } = this.#options;
    const leftOver = [...this.#revokedSilently].filter(id => state.getLease(id) === undefined);
    await writer.revokeLeftOver(leftOver);
    this.#revokedSilently.clear();
    await state.confirm(state.resolved.index, 0);
  }

  /** The next committed entries up to `limit`; waits for the first. Empty when stopped. */
  async #next(limit: number): Promise<Entry[]> {
    const { state, log, install } = this.#options;
    const from = state.resolved.index + 1;
    if (limit >= from) {
      if (install.isDue) return [];
      if (from <= log.base.index) {
        throw new SyncerError(
          'STATE_BEHIND_CHECKPOINT',
          `the state is at entry ${state.resolved.index}, the log begins behind ${log.base.index}`,
        );
      }
      return await this.#read(from, limit);
    }
    if (install.isDue) return [];
    await new Promise<void>(resolve => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
      if (this.#abort.signal.aborted) this.#wake();
    });
    return [];
  }

  /** A snapshot may take the log away while it is read. */
  async #read(from: number, to: number): Promise<Entry[]> {
    try {
      return await this.#entries.read(from, to);
    } catch (error) {
      if (this.#options.install.isDue) return [];
      throw error;
    }
  }

  async #overlayRoom(): Promise<void> {
    const { state } = this.#options;
    while (state.overlayBytes > MAX_OVERLAY_BYTES && !this.#abort.signal.aborted) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  /** Waits only for the reference member, when an entry is ambiguous, and in the course of one that changes very many keys. */
  async #applyAll(entries: Iterable<Entry>): Promise<void> {
    const { state, profile, settler } = this.#options;
    for (const entry of entries) {
      const applying = applyInTurns(entry, state, profile());
      let applied = applying instanceof Promise ? await applying : applying;
      if (applied.outcome.kind === 'ambiguous') {
        applied = await settler.settle(entry, applied, state, state.durable.index);
      }
      const isLarge = applied.changes.length > MANY_CHANGES;
      if (isLarge) await yieldTurn();
      const effects = this.#effectsOf(entry, applied);
      if (isLarge) await yieldTurn();
      if (this.#abort.signal.aborted) return;
      const { changes } = applied;
      const done = isLarge ? await state.advanceAhead(effects.position, changes) : 0;
      this.#take(applied, effects, done);
    }
  }

  #effectsOf({ index, term }: Entry, applied: Applied): EntryEffects {
    const { state, filter } = this.#options;
    return effectsOf({ index, term }, applied, filter, state);
  }

  /** Moves the state and the writer's queue together: who finds the state at an entry may rely on it that the writer has it. */
  #take(applied: Applied, effects: EntryEffects, done = 0): void {
    const { state, writer, onOutcome } = this.#options;
    onOutcome(applied.outcome);
    if (isWrite(applied)) this.#writes += 1;
    state.advance(effects.position, applied.changes, done);
    writer.submit(effects);
  }

  async #applySilently(entry: Entry, checkpoint: Checkpoint): Promise<void> {
    const { state, profile, settler } = this.#options;
    // A checkpoint that came from a 3.4 file has no term.
    if (entry.index === checkpoint.index && ![0, entry.term].includes(checkpoint.term)) {
      throw new SyncerError(
        'DEST_CHECKPOINT_FOREIGN',
        `entry ${entry.index} has term ${checkpoint.term} at the destination, ${entry.term} in the source's log`,
      );
    }
    const { changes } = settler.recall(entry, await applyInTurns(entry, state, profile()));
    for (const change of changes) {
      if (change.kind === 'lease-revoke') this.#revokedSilently.add(change.id);
    }
    state.advance({ index: entry.index, term: entry.term }, changes);
  }
}

function isWrite({ changes }: Applied): boolean {
  return (
    changes.some(({ kind }) => kind === 'revision') &&
    !changes.some(({ kind }) => kind === 'lease-revoke')
  );
}

/** Cuts entries into runs that take about a turn of the event loop each. */
function* turns(entries: readonly Entry[]): Generator<Iterable<Entry>> {
  let at = 0;
  while (at < entries.length) {
    const started = performance.now();
    yield (function* turn(): Generator<Entry> {
      while (at < entries.length && performance.now() - started < TURN_MS) {
        const entry = entries[at];
        at += 1;
        if (entry !== undefined) yield entry;
      }
    })();
  }
}
