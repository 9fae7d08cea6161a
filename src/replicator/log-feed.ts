import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  endFrame,
  entriesFrame,
  type FeedPositions,
  partFrame,
  positionsFrame,
} from '../ha/feed-frames.ts';
import type { RaftLog } from '../log/types.ts';
import { errorText, SyncerError } from '../ops/errors.ts';
import type { Route } from '../ops/http/routes.ts';
import type { Logger } from '../ops/logger.ts';
import type { State } from '../state/state.ts';

export const LOG_PATH = '/ha/log';
export const STATE_PATH = '/ha/state';

const READ_BYTES = 512 * 1024;
const PART_BYTES = 1024 * 1024;
/** Positions are sent no more often than this, and at least every BEAT_MS. */
const POSITIONS_MS = 50;
const BEAT_MS = 500;
/** A standby that takes nothing for so long is given up. */
const STUCK_MS = 10_000;
/** What a standby is still given when we end. */
const FINISH_MS = 2_000;
const MAX_STANDBYS = 16;

export interface LogFeedOptions {
  readonly log: RaftLog;
  readonly state: State;
  readonly dataDir: string;
  readonly positions: () => FeedPositions;
  readonly logger: Logger;
}

/** A standby that is being fed. */
interface Standby {
  next: number;
  wake: () => void;
  readonly done: Promise<void>;
}

/**
 * The writer's side of warm standbys: sends each the log from where it stands, committed entries first and,
 * when we end, all that we acknowledged; and a copy of the state to one whose entries are gone here.
 */
export class LogFeed {
  readonly #options: LogFeedOptions;
  readonly #standbys = new Set<Standby>();
  #copying: number | undefined;
  #isEnding = false;

  constructor(options: LogFeedOptions) {
    this.#options = options;
  }

  get standbys(): number {
    return this.#standbys.size;
  }

  /** Entries up to here are wanted by no standby any more. */
  get neededFrom(): number {
    let least = this.#copying ?? Number.POSITIVE_INFINITY;
    for (const { next } of this.#standbys) least = Math.min(least, next - 1);
    return least;
  }

  /** Entries were committed or confirmed. */
  notify(): void {
    for (const { wake } of this.#standbys) wake();
  }

  /** Gives all standbys the rest of the log, which must not grow any more, and ends their streams. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    this.notify();
    const all = Promise.all([...this.#standbys].map(({ done }) => done));
    await Promise.race([all, new Promise(resolve => setTimeout(resolve, FINISH_MS).unref())]);
  }

  /**
   * Streams the log behind the position in the query, until the standby or we end.
   * Errors: STANDBY_BEHIND when entries are gone here that the standby lacks, STANDBY_EARLY when we lack some
   * that it has.
   */
  async sendLog(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { log, logger } = this.#options;
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const [from, term] = [natural(query.get('from')), natural(query.get('term'))];
    const { commit } = this.#options.positions();
    if (this.#isEnding || this.#standbys.size >= MAX_STANDBYS || from > commit) {
      throw new SyncerError('STANDBY_EARLY', `the writer stands at entry ${commit}`);
    }
    if (from < log.base.index || log.termAt(from) !== term) {
      const text = `the writer's log begins behind entry ${log.base.index}, or has another ${from}`;
      throw new SyncerError('STANDBY_BEHIND', text);
    }
    let end: () => void = () => undefined;
    const standby: Standby = {
      next: from + 1,
      wake: () => undefined,
      done: new Promise(resolve => {
        end = resolve;
      }),
    };
    this.#standbys.add(standby);
    logger.info({ index: from, address: request.socket.remoteAddress }, 'a standby follows');
    try {
      begin(response);
      await this.#feed(standby, response);
    } catch (error) {
      logger.info({ reason: errorText(error) }, 'a standby follows no more');
      response.destroy();
    } finally {
      this.#standbys.delete(standby);
      end();
    }
  }

  /** Streams the state as it is in the store. Errors: STANDBY_EARLY while the log does not begin where it is. */
  async sendState(_: IncomingMessage, response: ServerResponse): Promise<void> {
    const { state, log, dataDir, logger } = this.#options;
    const { index } = state.confirmed;
    if (this.#copying !== undefined || this.#isEnding || log.base.index > index) {
      throw new SyncerError('STANDBY_EARLY', 'the writer can not copy its state just now');
    }
    const dir = join(dataDir, 'state-copy');
    this.#copying = index;
    try {
      await rm(dir, { recursive: true, force: true });
      await mkdir(dir, { mode: 0o700 });
      const file = await state.copyTo(dir);
      await chmod(file, 0o600);
      const { size } = await stat(file);
      logger.info({ index, bytes: size }, 'sending a copy of the state to a standby');
      begin(response);
      for await (const part of createReadStream(file, { highWaterMark: PART_BYTES })) {
        await this.#write(response, partFrame(part as Buffer));
      }
      await this.#write(response, endFrame());
      response.end();
    } finally {
      this.#copying = undefined;
      await rm(dir, { recursive: true, force: true });
    }
  }

  async #feed(standby: Standby, response: ServerResponse): Promise<void> {
    const { log, positions } = this.#options;
    response.on('close', () => standby.wake());
    let told = '';
    let held: string | undefined = '';
    let toldAtMs = 0;
    while (!response.destroyed) {
      const isLast = this.#isEnding;
      const now = positions();
      const limit = isLast ? log.durableIndex : now.commit;
      if (limit >= standby.next) {
        const entries = await log.read(standby.next, limit, READ_BYTES);
        await this.#write(response, entriesFrame(entries));
        standby.next += entries.length;
      }
      const text = JSON.stringify(now);
      const sinceMs = performance.now() - toldAtMs;
      if ((text !== told && sinceMs >= POSITIONS_MS) || sinceMs >= BEAT_MS) {
        const nowHeld = JSON.stringify(now.held);
        const { held: _, ...rest } = now;
        await this.#write(response, positionsFrame(nowHeld === held ? rest : now));
        [told, held, toldAtMs] = [text, nowHeld, performance.now()];
      }
      if (limit >= standby.next) continue;
      if (isLast) {
        await this.#write(response, Buffer.concat([positionsFrame(positions()), endFrame()]));
        response.end();
        return;
      }
      if (this.#isEnding || positions().commit >= standby.next) continue;
      await woken(standby, text === told ? BEAT_MS : POSITIONS_MS);
    }
  }

  async #write(response: ServerResponse, frame: Buffer): Promise<void> {
    if (response.destroyed) throw new Error('it has gone');
    if (response.write(frame)) return;
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(STUCK_MS)]);
    try {
      await Promise.race([
        once(response, 'drain', { signal }),
        once(response, 'close', { signal }).then(() => {
          throw new Error('it has gone');
        }),
      ]);
    } finally {
      abort.abort();
    }
  }
}

/** The streams' bodies are frames of ours. */
function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Cache-Control': 'no-store',
  });
  response.flushHeaders();
}

async function woken(standby: Standby, ms: number): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms);
    standby.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  standby.wake = () => undefined;
}

function natural(text: string | null): number {
  if (text !== null && /^\d{1,15}$/.test(text)) return Number(text);
  throw new SyncerError('HTTP_REQUEST', 'from and term must be numbers');
}

/** The routes of the feed of the writer; undefined = we do not write. */
export function feedRoutes(feed: () => LogFeed | undefined): readonly Route[] {
  const present = (): LogFeed => {
    const found = feed();
    if (found === undefined) throw new SyncerError('STANDBY_EARLY', 'this replica does not write');
    return found;
  };
  return [
    {
      method: 'GET',
      path: LOG_PATH,
      access: 'operator',
      handle: (request, response) => present().sendLog(request, response),
    },
    {
      method: 'GET',
      path: STATE_PATH,
      access: 'operator',
      handle: (request, response) => present().sendState(request, response),
    },
  ];
}
