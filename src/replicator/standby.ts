import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceProfile } from '../apply/types.ts';
import type { Config } from '../config/options.ts';
import { HeldAuthFiles } from '../destination/held-auth.ts';
import { broken, FeedDecoder, type FeedFrame, type FeedPositions } from '../ha/feed-frames.ts';
import { errorText, SyncerError, toSyncerError } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Entry } from '../wire/types.ts';
import { applyInTurns } from './apply-in-turns.ts';
import { heldAuthDir } from './destination.ts';
import type { ErrorLog } from './error-log.ts';
import { openRunning, type RunningSyncer } from './http-access.ts';
import { LOG_PATH, STATE_PATH } from './log-feed.ts';
import type { Storage } from './open.ts';
import { profileOf } from './source-profile.ts';

const READ_BYTES = 512 * 1024;
const SILENT_MS = 3_000;
const RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;
/** A copy of the state costs the writer: the next attempt waits longer. */
const COPY_RETRY_MS = 5_000;
/** What a standby can't go on after. */
const FATAL = /^(LOG_(?!FULL)|STATE_|DATA_DIR|INTERNAL|SOURCE_|POISON_)/;

export interface StandbyOptions {
  readonly config: Config;
  readonly storage: Storage;
  readonly logger: Logger;
  readonly errors: ErrorLog;
}

/** What a standby shows. */
export interface StandbyStatus {
  /** It follows the writer and has its state: a takeover goes on from here. */
  readonly warm: boolean;
  /** Last entry in its log, durable. */
  readonly durable: number;
  /** Last entry in its state. */
  readonly confirmed: number;
  /** Committed entries that the writer has and it has not. */
  readonly lag_entries: number;
}

/**
 * Follows the replica that writes: keeps its log, and the state up to what the destination has confirmed. Where
 * entries are gone it takes a copy of the writer's state. Nothing of it ever reaches source or destination.
 */
export class Standby {
  readonly #options: StandbyOptions;
  readonly #abort = new AbortController();
  readonly #held: HeldAuthFiles;
  #url: string | undefined;
  #stream = new AbortController();
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #failure: SyncerError | undefined;
  #profile: SourceProfile | undefined;
  #profiled = '';
  #next = 0;
  #isFull = false;
  #positions: FeedPositions | undefined;
  #doubtsWriter = false;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(options: StandbyOptions) {
    this.#options = options;
    this.#held = new HeldAuthFiles(heldAuthDir(options.config.dataDir));
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Whom to follow from now on; undefined = nobody leads, and whom we follow may have more to say. */
  follow(url: string | undefined): void {
    if (url === undefined || url === this.#url) return;
    this.#url = url;
    this.#stream.abort();
    this.#wake();
  }

  /** Why it can't go on; undefined = it does. */
  get failure(): SyncerError | undefined {
    return this.#failure;
  }

  /** The writer says that it does not hear the source, or has nothing to follow: it may lack a seat. */
  get doubtsWriter(): boolean {
    return this.#doubtsWriter;
  }

  get isWarm(): boolean {
    return this.#lag !== undefined && performance.now() - this.#heardMs < SILENT_MS;
  }

  get status(): StandbyStatus {
    const { log, state } = this.#options.storage;
    return {
      warm: this.isWarm,
      durable: log.durableIndex,
      confirmed: state.confirmed.index,
      lag_entries: this.#lag ?? 0,
    };
  }

  /** Ends it; what it has is durable then. */
  async stop(): Promise<Storage> {
    this.#abort.abort();
    this.#stream.abort();
    this.#wake();
    await this.#running;
    if (this.#failure === undefined) await this.#options.storage.log.sync();
    return this.#options.storage;
  }

  get #lag(): number | undefined {
    const commit = this.#positions?.commit;
    if (commit === undefined || this.#isFull) return undefined;
    return Math.max(0, commit - this.#options.storage.log.lastIndex);
  }

  async #run(): Promise<void> {
    let delayMs = RETRY_MS;
    while (!this.#abort.signal.aborted) {
      if (this.#url === undefined) {
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
        continue;
      }
      this.#stream = new AbortController();
      const heardMs = this.#heardMs;
      try {
        await this.#followWriter(this.#url, this.#stream.signal);
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        if (!this.#stream.signal.aborted) this.#noteFailure(toSyncerError(error));
        if (this.#failure !== undefined) return;
      }
      delayMs = this.#heardMs > heardMs ? RETRY_MS : Math.min(2 * delayMs, MAX_RETRY_MS);
      await this.#pause(delayMs);
    }
  }

  /** Ends early when there is somebody else to follow, or we end. */
  async #pause(delayMs: number): Promise<void> {
    const { signal } = this.#stream;
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  }

  #noteFailure(error: SyncerError): void {
    const { logger, errors } = this.#options;
    errors.note(error);
    this.#doubtsWriter = error.code === 'STANDBY_EARLY';
    logger.info({ code: error.code, reason: error.message }, 'does not follow the writer');
    if (FATAL.test(error.code)) this.#failure = error;
  }

  async #followWriter(url: string, signal: AbortSignal): Promise<void> {
    const { config, logger, storage } = this.#options;
    const writer = await openRunning(config, logger, url);
    try {
      const { log, state } = storage;
      if (log.base.index > state.confirmed.index) await this.#copyState(writer, signal);
      try {
        await this.#followLog(writer, signal);
      } catch (error) {
        if (toSyncerError(error).code !== 'STANDBY_BEHIND') throw error;
        await this.#copyState(writer, signal);
        await this.#followLog(writer, signal);
      }
    } finally {
      writer.close();
    }
  }

  async #followLog(writer: RunningSyncer, signal: AbortSignal): Promise<void> {
    const { log, state } = this.#options.storage;
    // What is behind it was never known to be committed: it is sent again.
    const commit = Math.min(log.hardState.commit, log.lastIndex);
    const from = Math.max(commit, state.confirmed.index, log.base.index);
    const path = `${LOG_PATH}?from=${from}&term=${log.termAt(from) ?? 0}`;
    const timeoutMs = SILENT_MS;
    const stream = await writer.stream({ path, asOperator: true, timeoutMs, signal });
    this.#options.logger.info({ index: from, url: writer.url }, 'following the writer');
    this.#next = from + 1;
    this.#isFull = false;
    const decoder = new FeedDecoder();
    for await (const chunk of chunksOf(stream, writer.url)) {
      const frames = decoder.push(chunk);
      if (frames.length > 0) this.#heardMs = performance.now();
      await this.#take(frames);
    }
  }

  /** The stream is read on when all of it is durable: what we can't keep up with waits at the writer. */
  async #take(frames: readonly FeedFrame[]): Promise<void> {
    const { log } = this.#options.storage;
    let positions: FeedPositions | undefined;
    let hasEntries = false;
    for (const frame of frames) {
      if (frame.kind === 'entries') hasEntries = this.#append(frame.entries) || hasEntries;
      else if (frame.kind === 'positions') positions = frame.positions;
      else if (frame.kind === 'part') throw broken('a part of a file among entries');
    }
    if (hasEntries) await log.sync();
    if (positions !== undefined) await this.#move(positions);
  }

  #append(entries: readonly Entry[]): boolean {
    const { log } = this.#options.storage;
    for (const { index } of entries) {
      if (index !== this.#next) throw broken(`entry ${index} in place of ${this.#next}`);
      this.#next += 1;
    }
    if (log.sizeBytes >= this.#options.config.logMaxSize) this.#isFull = true;
    // Positions still count: with them the log becomes shorter.
    if (this.#isFull) return false;
    log.append(entries);
    return true;
  }

  async #move(positions: FeedPositions): Promise<void> {
    const { storage, config } = this.#options;
    const { log, state } = storage;
    this.#positions = positions;
    this.#doubtsWriter = positions.isDeaf === true;
    const commit = Math.min(positions.commit, log.lastIndex);
    const { hardState } = log;
    const term = Math.max(hardState.term, positions.term);
    log.setHardState({
      term,
      vote: term === hardState.term ? hardState.vote : 0n,
      commit: Math.max(hardState.commit, commit),
    });
    if (positions.held !== undefined) this.#held.replace(positions.held);
    await this.#apply(Math.min(positions.confirmed, commit), this.#profileBy(positions));
    await state.confirm(state.resolved.index, positions.checkpoint);
    await log.trim(state.durable.index);
    if (this.#isFull && log.sizeBytes < config.logMaxSize) {
      throw new SyncerError('STANDBY_EARLY', 'our log was full, and is not any more');
    }
  }

  async #apply(limit: number, profile: SourceProfile): Promise<void> {
    const { log, state } = this.#options.storage;
    while (state.resolved.index < limit && !this.#abort.signal.aborted) {
      for (const entry of await log.read(state.resolved.index + 1, limit, READ_BYTES)) {
        const { changes } = await applyInTurns(entry, state, profile);
        state.advance({ index: entry.index, term: entry.term }, changes);
      }
      await state.confirm(state.resolved.index, 0);
    }
  }

  #profileBy({ versions, voters }: FeedPositions): SourceProfile {
    const by = `${versions.join()} ${voters}`;
    if (this.#profile === undefined || by !== this.#profiled) {
      this.#profile = profileOf(this.#options.config, versions, voters);
      this.#profiled = by;
    }
    return this.#profile;
  }

  /** Replaces our state by the writer's, and begins the log behind it. */
  async #copyState(writer: RunningSyncer, signal: AbortSignal): Promise<void> {
    const { config, storage, logger } = this.#options;
    const { log, state, snapshots } = storage;
    const dir = join(config.dataDir, 'state-received');
    await rm(dir, { recursive: true, force: true });
    try {
      const stream = await writer.stream({
        path: STATE_PATH,
        asOperator: true,
        timeoutMs: COPY_TIMEOUT_MS,
        signal,
      });
      await receive(chunksOf(stream, writer.url), dir);
      if (!(await state.adoptCopy(dir))) {
        throw new SyncerError('STANDBY_EARLY', 'the state of the writer is no newer than ours');
      }
    } catch (error) {
      // The writer is not asked for one copy after the other.
      await sleep(COPY_RETRY_MS, undefined, { signal }).catch(() => undefined);
      throw error;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
    await log.reset(state.confirmed);
    await snapshots.removeUpTo(state.confirmed.index);
    logger.info({ index: state.confirmed.index }, 'took a copy of the state of the writer');
  }
}

/** The writer copies its state to its own disk before it sends the first byte. */
const COPY_TIMEOUT_MS = 120_000;

/** Errors: STATUS_UNREACHABLE when it breaks off. */
async function* chunksOf(stream: AsyncIterable<unknown>, url: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    const text = `${url}: the stream broke off: ${errorText(error)}`;
    throw new SyncerError('STATUS_UNREACHABLE', text, {}, { cause: error });
  }
}

async function receive(stream: AsyncIterable<Buffer>, dir: string): Promise<void> {
  await mkdir(dir, { mode: 0o700 });
  const file = await open(join(dir, 'data.mdb'), 'w', 0o600);
  const decoder = new FeedDecoder();
  let isWhole = false;
  try {
    for await (const chunk of stream) {
      for (const frame of decoder.push(chunk)) {
        if (frame.kind === 'part') await file.writeFile(frame.bytes);
        else if (frame.kind === 'end') isWhole = true;
        else throw broken(`${frame.kind} among the parts of a file`);
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (!isWhole) throw broken('a file that is cut off');
}
