import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { type Place, TextSearch } from './text-search.ts';

const PART_BYTES = 4 * 1024 * 1024;

/**
 * Looks for texts in all memory of a process that a core dump of it would hold: what is readable and no file's, and the
 * parts of its libraries that it writes to. Linux only; the process has to be a child of ours.
 */
export function memoryHolding(pid: number, texts: readonly string[]): Place[] {
  const search = new TextSearch(texts);
  const found: Place[] = [];
  const buffer = Buffer.alloc(PART_BYTES);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [start, end] of dumpedRegions(pid)) {
      for (let at = start; at < end; at += PART_BYTES - search.overlap) {
        const length = Math.min(PART_BYTES, end - at);
        found.push(...search.in(buffer.subarray(0, readPart(memory, buffer, length, at))));
      }
    }
  } finally {
    closeSync(memory);
  }
  return found;
}

/** The regions that go into a core dump by default (core(5), coredump_filter): [start, end). */
function dumpedRegions(pid: number): [number, number][] {
  const regions: [number, number][] = [];
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [range = '', mode = '', , , inode, path = ''] = line.split(/\s+/);
    const isWritten = inode === '0' || (mode[1] === 'w' && mode[3] === 'p');
    if (!mode.startsWith('r') || !isWritten || path.startsWith('[v')) continue;
    const [start = '', end = ''] = range.split('-');
    regions.push([Number.parseInt(start, 16), Number.parseInt(end, 16)]);
  }
  return regions;
}

/** Bytes read; none of a region that has gone since. */
function readPart(memory: number, buffer: Buffer, length: number, at: number): number {
  try {
    return readSync(memory, buffer, 0, length, at);
  } catch {
    return 0;
  }
}
