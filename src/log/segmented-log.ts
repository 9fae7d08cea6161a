import { mkdir, rm } from 'node:fs/promises';
import { errorText, SyncerError } from '../ops/errors.ts';
import { type LogPosition, LogTerms } from '../raft/log-terms.ts';
import type { Entry } from '../wire/types.ts';
import { EntryCache } from './entry-cache.ts';
import { MAX_RUN_BYTES, runAt } from './entry-run.ts';
import * as records from './records.ts';
import { recoverLog } from './recover.ts';
import {
  createSegmentFile,
  type LogContents,
  MARK_EVERY,
  type Mark,
  type Segment,
  segmentPath,
  writeAll,
} from './segment.ts';
import { scanSegment } from './segment-scan.ts';
import type { HardState, RaftLog } from './types.ts';
import { WriteBuffer } from './write-buffer.ts';

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Newest entries in memory. What the destination is further behind than this is read from disk, which costs little. */
const CACHE_BYTES = 8 * 1024 * 1024;
const MAX_READ_BYTES = 1024 * 1024;

export interface SegmentedLogOptions {
  readonly dir: string;
  readonly clusterId: bigint;
  readonly segmentBytes?: number;
  readonly cacheBytes?: number;
  /** Told how long each fsync took, in seconds. */
  readonly onFsync?: (seconds: number) => void;
}

/**
 * The raft log in append-only segments; see records.ts for the format and types.ts for the contract.
 * One write is under way at a time; what is appended meanwhile shares the next one.
 */
export class SegmentedLog implements RaftLog {
  readonly #options: SegmentedLogOptions;
  readonly #cache: EntryCache;
  readonly #buffer = new WriteBuffer();
  #segments: Segment[];
  #marks: Mark[];
  #terms: LogTerms;
  #hardState: HardState;
  #hardStateDirty = false;
  #entriesPending = false;
  #durableIndex: number;
  /** Lowest index cut to while a write was under way: what it made durable above is gone. */
  #truncatedTo = Number.POSITIVE_INFINITY;
  #sinceMark = MARK_EVERY;
  #writing: Promise<void> | undefined;
  #failure: SyncerError | undefined;

  private constructor(options: SegmentedLogOptions, contents: LogContents) {
    this.#options = options;
    this.#cache = new EntryCache(options.cacheBytes ?? CACHE_BYTES);
    this.#segments = contents.segments;
    this.#marks = contents.marks;
    this.#terms = contents.terms;
    this.#hardState = contents.hardState;
    this.#durableIndex = contents.terms.lastIndex;
  }

  /**
   * Opens or creates the log in `dir` (mode 0700, files 0600). A tail that a crash cut off is repaired.
   * Errors: LOG_DAMAGED with file and offset, LOG_FORMAT, LOG_WRITE, SOURCE_CLUSTER_MISMATCH.
   */
  static async open(options: SegmentedLogOptions): Promise<SegmentedLog> {
    try {
      await mkdir(options.dir, { recursive: true, mode: 0o700 });
      const log = new SegmentedLog(options, await recoverLog(options.dir, options.clusterId));
      if (log.#segments.length === 0) log.#startSegment({ index: 0, term: 0 }, 1);
      return log;
    } catch (error) {
      throw error instanceof SyncerError ? error : writeError(error);
    }
  }

  get base(): LogPosition {
    return this.#terms.base;
  }

  get lastIndex(): number {
    return this.#terms.lastIndex;
  }

  get lastTerm(): number {
    return this.#terms.lastTerm;
  }

  get durableIndex(): number {
    return this.#durableIndex;
  }

  get hardState(): HardState {
    return this.#hardState;
  }

  get terms(): LogTerms {
    return this.#terms;
  }

  get sizeBytes(): number {
    let bytes = this.#buffer.bytes;
    for (const segment of this.#segments) bytes += segment.sizeBytes;
    return bytes;
  }

  termAt(index: number): number | undefined {
    return this.#terms.termAt(index);
  }

  /** What the entries after `index` take here: exact at every 256th, in proportion between them. */
  bytesAfter(index: number): number {
    if (index >= this.lastIndex) return 0;
    const at = Math.max(
      0,
      this.#marks.findLastIndex(mark => mark.index <= index + 1),
    );
    const mark = this.#marks[at];
    if (mark === undefined) return 0;
    const next = this.#marks[at + 1];
    const begin = this.#bytesBehind(mark);
    const end = next === undefined ? 0 : this.#bytesBehind(next);
    const entries = (next?.index ?? this.lastIndex + 1) - mark.index;
    const share = Math.max(0, index + 1 - mark.index) / entries;
    return Math.round(begin - share * (begin - end));
  }

  #bytesBehind({ segment, offset }: Mark): number {
    let bytes = this.#buffer.bytes - offset;
    for (const each of this.#segments) if (each.number >= segment.number) bytes += each.sizeBytes;
    return bytes;
  }

  append(entries: readonly Entry[]): void {
    this.#assertUsable();
    const first = entries[0];
    if (first === undefined) return;
    if (first.index > this.lastIndex + 1 || first.index <= this.base.index) {
      throw new SyncerError(
        'INTERNAL',
        `append of ${first.index} to a log of ${this.base.index}..${this.lastIndex}`,
      );
    }
    this.#beginWrite();
    if (first.index <= this.lastIndex) this.#truncateFrom(first.index);
    for (let from = 0; from < entries.length; ) from = this.#putRun(entries, from);
    this.#entriesPending = true;
  }

  setHardState(hardState: HardState): void {
    this.#assertUsable();
    const { term, vote } = this.#hardState;
    if (hardState.term !== term || hardState.vote !== vote) this.#hardStateDirty = true;
    this.#hardState = hardState;
  }

  async sync(): Promise<number> {
    // The write under way may have begun before our caller's: wait for it, then look what is left.
    while (this.#writing !== undefined) await this.#writing;
    this.#assertUsable();
    if (!this.#entriesPending && !this.#hardStateDirty) return this.#durableIndex;
    const writing = this.#write();
    this.#writing = writing;
    try {
      await writing;
    } finally {
      this.#writing = undefined;
    }
    return this.#durableIndex;
  }

  async read(from: number, to: number, maxBytes: number): Promise<Entry[]> {
    const last = Math.min(to, this.lastIndex);
    if (from <= this.base.index || from > last) {
      throw new SyncerError(
        'INTERNAL',
        `read of ${from}..${to} from a log of ${this.base.index}..${this.lastIndex}`,
      );
    }
    const cached = this.#cache.read(from, last, maxBytes);
    if (cached !== undefined) return cached;
    // What is in memory may not be on disk yet: the next read takes it from there.
    const firstCached = this.#cache.firstIndex ?? last + 1;
    return await this.#readFromDisk(from, Math.min(last, firstCached - 1), maxBytes);
  }

  async trim(index: number): Promise<void> {
    if (index >= this.lastIndex) await this.#leaveFullSegment();
    // Term and vote stand in the newest one: without it on disk, those before it are all there is.
    const keep = this.#segments.findLastIndex(
      ({ isDurable, base }) => isDurable && base.index <= index,
    );
    if (keep <= 0) return;
    const dropped = this.#segments.splice(0, keep);
    this.#terms.trim((this.#segments[0] as Segment).base.index);
    this.#marks = this.#marks.filter(mark => !dropped.includes(mark.segment));
    await removeSegments(dropped);
  }

  /** Nothing may be written any more that would begin a new segment, when the log is full. */
  async #leaveFullSegment(): Promise<void> {
    const { number, sizeBytes } = this.#current;
    const isFull = sizeBytes >= (this.#options.segmentBytes ?? SEGMENT_BYTES);
    if (!isFull || this.#buffer.bytes > 0 || this.#failure !== undefined) return;
    this.#startSegment({ index: this.lastIndex, term: this.lastTerm }, number + 1);
    await this.sync();
  }

  async reset(base: LogPosition): Promise<void> {
    await this.sync();
    const dropped = this.#segments;
    this.#segments = [];
    this.#marks = [];
    this.#cache.clear();
    this.#terms = new LogTerms(base);
    this.#durableIndex = base.index;
    this.#hardState = {
      ...this.#hardState,
      term: Math.max(this.#hardState.term, base.term),
      commit: Math.max(this.#hardState.commit, base.index),
    };
    this.#startSegment(base, (dropped.at(-1)?.number ?? 0) + 1);
    // The new segment is durable before the old ones go: recovery believes the last base record.
    await this.sync();
    await removeSegments(dropped);
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) {
      await this.sync();
      // One more batch record tells recovery that everything before it was durable.
      this.#hardStateDirty = true;
      await this.sync();
      this.#failure = new SyncerError('INTERNAL', 'the log is closed');
    }
    for (const segment of this.#segments) await segment.file?.close();
  }

  /** Puts the run that begins at `from`; returns where the next one does. */
  #putRun(entries: readonly Entry[], from: number): number {
    const segment = this.#current;
    const offset = segment.sizeBytes + this.#buffer.bytes;
    const { to, bytes } = runAt(entries, from);
    const { buffer, at } = this.#buffer.room(records.RECORD_HEADER_BYTES + bytes);
    const run = records.putEntries(buffer, at, entries, from, to);
    for (let i = 0; i < run.count; i += 1) this.#terms.push(run.term);
    if (this.#sinceMark >= MARK_EVERY) {
      this.#marks.push({ index: run.first, segment, offset });
      this.#sinceMark = 0;
    }
    this.#sinceMark += run.count;
    this.#cache.push(run);
    return to;
  }

  #truncateFrom(index: number): void {
    this.#terms.truncate(index - 1);
    this.#cache.truncateFrom(index);
    while ((this.#marks.at(-1)?.index ?? -1) >= index) this.#marks.pop();
    // The next entry starts a run of its own: what was cut off lies before it in the file.
    this.#sinceMark = MARK_EVERY;
    this.#truncatedTo = Math.min(this.#truncatedTo, index - 1);
    this.#durableIndex = Math.min(this.#durableIndex, index - 1);
  }

  get #current(): Segment {
    return this.#segments.at(-1) as Segment;
  }

  /** Starts what the next write will hold: a new segment when the current one is full, or a batch record. */
  #beginWrite(): void {
    if (this.#buffer.bytes > 0) return;
    const { number, sizeBytes } = this.#current;
    if (sizeBytes >= (this.#options.segmentBytes ?? SEGMENT_BYTES)) {
      this.#startSegment({ index: this.lastIndex, term: this.lastTerm }, number + 1);
      return;
    }
    // By the time this is written, everything before it is durable: writes go one after the other.
    const { buffer, at } = this.#buffer.room(records.BATCH_RECORD_BYTES);
    records.putBatch(buffer, at, sizeBytes);
  }

  #startSegment(base: LogPosition, number: number): void {
    const path = segmentPath(this.#options.dir, number);
    this.#segments.push({ number, path, file: undefined, isDurable: false, base, sizeBytes: 0 });
    this.#sinceMark = MARK_EVERY;
    const header = records.segmentHeader(this.#options.clusterId);
    const room = this.#buffer.room(header.length + records.BASE_RECORD_BYTES);
    header.copy(room.buffer, room.at);
    records.putBase(room.buffer, room.at + header.length, base);
    this.#hardStateDirty = true;
  }

  async #write(): Promise<void> {
    try {
      this.#beginWrite();
      const hardState = this.#buffer.room(records.HARD_STATE_RECORD_BYTES);
      records.putHardState(hardState.buffer, hardState.at, this.#hardState);
      this.#hardStateDirty = false;
      this.#entriesPending = false;
      this.#truncatedTo = Number.POSITIVE_INFINITY;
      const last = this.lastIndex;
      const segment = this.#current;
      const buffers = this.#buffer.take();
      const offset = segment.sizeBytes;
      for (const buffer of buffers) segment.sizeBytes += buffer.length;
      segment.file ??= await createSegmentFile(segment.path);
      await writeAll(segment.file, buffers, offset);
      const started = performance.now();
      await segment.file.datasync();
      this.#options.onFsync?.((performance.now() - started) / 1000);
      segment.isDurable = true;
      this.#durableIndex = Math.max(this.#durableIndex, Math.min(last, this.#truncatedTo));
      this.#cache.evict(this.#durableIndex);
    } catch (error) {
      this.#failure = writeError(error);
      throw this.#failure;
    }
  }

  async #readFromDisk(from: number, to: number, maxBytes: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    let bytes = 0;
    // `trim` may put another list in place while we wait for the disk.
    const marks = this.#marks;
    let at = marks.findLastIndex(mark => mark.index <= from);
    for (; at >= 0 && at < marks.length && entries.length < to - from + 1; at += 1) {
      const { segment, offset, index } = marks[at] as Mark;
      const end = Math.min(to, (marks[at + 1]?.index ?? this.lastIndex + 1) - 1);
      let next = index;
      if (segment.file === undefined) break;
      try {
        await scanSegment(
          segment.file,
          offset,
          record => {
            if (record.kind !== 'entries') return true;
            if (record.run.first !== next || next > end) return false;
            next = Math.min(record.run.last, end) + 1;
            bytes += record.run.read(from, end, maxBytes - bytes, entries);
            return next <= end && bytes < maxBytes;
          },
          Math.min(MAX_READ_BYTES, maxBytes + MAX_RUN_BYTES),
        );
      } catch (error) {
        const text = `${segment.path} can not be read: ${errorText(error)}`;
        throw new SyncerError('LOG_DAMAGED', text, { file: segment.path }, { cause: error });
      }
      if (next <= end && bytes < maxBytes) {
        throw new SyncerError('LOG_DAMAGED', `${segment.path} no longer holds entry ${next}`, {
          file: segment.path,
        });
      }
      if (bytes >= maxBytes) break;
    }
    return entries;
  }

  #assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

async function removeSegments(segments: readonly Segment[]): Promise<void> {
  try {
    for (const segment of segments) {
      await segment.file?.close();
      await rm(segment.path, { force: true });
    }
  } catch (error) {
    throw writeError(error);
  }
}

function writeError(error: unknown): SyncerError {
  return new SyncerError(
    'LOG_WRITE',
    `can't write the raft log: ${errorText(error)}`,
    {},
    { cause: error },
  );
}
