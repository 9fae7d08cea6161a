import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncerError } from '../ops/errors.ts';
import { LogTerms } from '../raft/log-terms.ts';
import { type LogRecord, SEGMENT_HEADER_BYTES } from './records.ts';
import { type LogContents, MARK_EVERY, type Mark, type Segment } from './segment.ts';
import { checkSegmentHeader, scanSegment, wasDurable } from './segment-scan.ts';
import type { HardState } from './types.ts';

const SEGMENT_NAME = /^(\d{16})\.log$/;

/**
 * Reads what the segments in `dir` hold. A write that a crash cut off is removed from the end of the
 * last segment; anything else that can't be read is damage.
 *
 * Errors: LOG_DAMAGED with file and offset, LOG_FORMAT, SOURCE_CLUSTER_MISMATCH.
 */
export async function recoverLog(dir: string, clusterId: bigint): Promise<LogContents> {
  const recovery = new Recovery();
  const names = (await readdir(dir)).filter(name => SEGMENT_NAME.test(name)).sort();
  for (const [i, name] of names.entries()) {
    await recovery.segment(
      join(dir, name),
      Number.parseInt(name, 10),
      clusterId,
      i === names.length - 1,
    );
  }
  return recovery.contents();
}

class Recovery {
  #segments: Segment[] = [];
  #marks: Mark[] = [];
  #terms = new LogTerms({ index: 0, term: 0 });
  #hardState: HardState = { term: 0, vote: 0n, commit: 0 };
  #sinceMark = 0;

  contents(): LogContents {
    return {
      segments: this.#segments,
      marks: this.#marks,
      terms: this.#terms,
      hardState: this.#hardState,
    };
  }

  async segment(path: string, number: number, clusterId: bigint, isLast: boolean): Promise<void> {
    const file = await open(path, 'r+');
    let segment: Segment | undefined;
    const header = await checkSegmentHeader(file, path, clusterId);
    let fault: string | undefined;
    const { goodBytes, sizeBytes } =
      header === undefined
        ? { goodBytes: 0, sizeBytes: (await file.stat()).size }
        : await scanSegment(file, SEGMENT_HEADER_BYTES, (record, offset) => {
            if (record.kind === 'base') {
              segment ??= { number, path, file, isDurable: true, base: record.base, sizeBytes: 0 };
              this.#base(segment);
              return true;
            }
            fault =
              segment === undefined ? 'no base record' : this.#record(record, segment, offset);
            return fault === undefined;
          });
    if (fault === undefined && goodBytes < sizeBytes) {
      const damaged = !isLast || (await wasDurable(file, goodBytes));
      if (damaged) fault = 'record with a wrong checksum';
    }
    if (fault !== undefined) {
      await file.close();
      throw new SyncerError('LOG_DAMAGED', `${path} is damaged at byte ${goodBytes}: ${fault}`, {
        file: path,
        offset: goodBytes,
      });
    }
    if (segment === undefined) {
      // A crash while the segment was made: nothing in it was ever relied on.
      await file.close();
      await rm(path);
      return;
    }
    if (goodBytes < sizeBytes) {
      await file.truncate(goodBytes);
      await file.sync();
    }
    segment.sizeBytes = goodBytes;
  }

  #base(segment: Segment): void {
    const { index, term } = segment.base;
    if (this.#segments.length === 0 || this.#terms.termAt(index) !== term) {
      // The first segment, or a reset: what came before is of no use.
      this.#terms = new LogTerms(segment.base);
      this.#segments = [];
      this.#marks = [];
    }
    this.#segments.push(segment);
    this.#sinceMark = MARK_EVERY;
  }

  /** Takes a record; returns what is wrong with it. */
  #record(record: LogRecord, segment: Segment, offset: number): string | undefined {
    if (record.kind === 'hard-state') this.#hardState = record.hardState;
    if (record.kind !== 'entries') return undefined;
    const { first, count, term } = record.run;
    if (first > this.#terms.lastIndex + 1 || first <= this.#terms.base.index) {
      return `entry ${first} after ${this.#terms.lastIndex}`;
    }
    if (first <= this.#terms.lastIndex) {
      this.#terms.truncate(first - 1);
      while ((this.#marks.at(-1)?.index ?? -1) >= first) this.#marks.pop();
      this.#sinceMark = MARK_EVERY;
    }
    for (let i = 0; i < count; i += 1) this.#terms.push(term);
    if (this.#sinceMark >= MARK_EVERY) {
      this.#marks.push({ index: first, segment, offset });
      this.#sinceMark = 0;
    }
    this.#sinceMark += count;
    return undefined;
  }
}
