import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageParser } from '../../src/wire/message-stream.ts';
import { MsgAppParser } from '../../src/wire/msgapp-stream.ts';
import type { Item } from './second-decoder.ts';

export const CAPTURES = join(import.meta.dirname, '..', '..', 'testdata', 'wire');

/** One recorded body. */
export interface CapturedFile {
  readonly file: string;
  readonly kind: 'msgapp' | 'message' | 'posts' | 'snapshot' | 'version' | 'members';
  /** The member that sent it. */
  readonly from: bigint;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** What members of one etcd line sent to a seat. */
export interface Capture {
  readonly line: string;
  readonly version: string;
  readonly seat: bigint;
  /** Names by ID. */
  readonly names: ReadonlyMap<bigint, string>;
  readonly files: readonly CapturedFile[];
  /** Whether members of this line put requests of the old store into the log (PayloadOptions). */
  readonly v2Requests: boolean;
}

interface Index {
  readonly version: string;
  readonly seat: string;
  readonly members: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly file: string;
    readonly kind: CapturedFile['kind'];
    readonly from: string;
    readonly headers: Readonly<Record<string, string>>;
  }[];
}

const id = (hex: string): bigint => BigInt(`0x${hex}`);

/** Every line under testdata/wire. Errors: Error when there is none. */
export function loadCaptures(): Capture[] {
  const lines = readdirSync(CAPTURES)
    .filter(name => existsSync(join(CAPTURES, name, 'index.json')))
    .sort();
  if (lines.length === 0) throw new Error('nothing was captured: see testdata/wire/README.md');
  return lines.map(line => {
    const dir = join(CAPTURES, line);
    const index = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8')) as Index;
    const names = new Map(Object.entries(index.members).map(([name, hex]) => [id(hex), name]));
    names.set(id(index.seat), 'seat');
    return {
      line,
      version: index.version,
      seat: id(index.seat),
      names,
      v2Requests: line !== '3.7',
      files: index.files.map(({ file, kind, from, headers }) => ({
        file,
        kind,
        from: id(from),
        headers,
        bytes: readFileSync(join(dir, file)),
      })),
    };
  });
}

/** Whether a file is a stream of messages. */
export function isStream({ kind }: CapturedFile): boolean {
  return kind === 'msgapp' || kind === 'message' || kind === 'posts';
}

/** What our parser makes of a stream that comes in these chunks; `items` has it also after an error. Errors: WireError. */
export function parseStream(
  { kind, from }: CapturedFile,
  seat: bigint,
  chunks: Iterable<Uint8Array>,
  limit?: number,
  items: Item[] = [],
): Item[] {
  const sink = {
    message: (item: Item) => items.push(item),
    linkHeartbeat: () => items.push('link-heartbeat'),
  };
  const parser =
    kind === 'msgapp' ? new MsgAppParser(from, seat, sink, limit) : new MessageParser(sink, limit);
  for (const chunk of chunks) parser.feed(chunk);
  return items;
}
