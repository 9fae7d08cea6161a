import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const PART_BYTES = 4 * 1024 * 1024;

/** Where a text was found in a process: its bytes and some around them, for people. */
export interface Place {
  readonly text: string;
  readonly around: string;
}

/**
 * Looks for texts in all memory of a process that a core dump of it would hold: what is readable and no file's, and the
 * parts of its libraries that it writes to; as one byte a character and as two. Linux only; the process has to be a child of ours.
 */
export function memoryHolding(pid: number, texts: readonly string[]): Place[] {
  const forms = texts.flatMap(text => [
    { text, bytes: Buffer.from(text) },
    { text, bytes: Buffer.from(text, 'utf16le') },
  ]);
  const overlap = Math.max(...forms.map(({ bytes }) => bytes.length));
  const found: Place[] = [];
  const buffer = Buffer.alloc(PART_BYTES);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [start, end] of dumpedRegions(pid)) {
      for (let at = start; at < end; at += PART_BYTES - overlap) {
        const length = Math.min(PART_BYTES, end - at);
        const part = buffer.subarray(0, readPart(memory, buffer, length, at));
        for (const { text, bytes } of forms) {
          for (let i = part.indexOf(bytes); i >= 0; i = part.indexOf(bytes, i + 1)) {
            const around = part.toString('latin1', Math.max(0, i - 48), i + bytes.length + 48);
            found.push({ text, around: JSON.stringify(around) });
          }
        }
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
