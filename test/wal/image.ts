import { crc32c } from '../snapshot/crc32c.ts';

/** walpb and raftpb messages by hand: nothing of the reader's own code is in what it reads. */
const varint = (value: number | bigint): number[] => {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
};
const field = (number: number, value: number | bigint): number[] => [number * 8, ...varint(value)];
const bytesField = (number: number, value: Uint8Array): number[] => [
  number * 8 + 2,
  ...varint(value.length),
  ...value,
];

/** Writes the files of a member's log, with the checksum going on from file to file. */
export class WalImage {
  #crc = 0;
  #frames: Buffer[] = [];

  /** Begins a file: the checksum so far, then who the log belongs to. */
  begin(): this {
    this.#frames = [];
    if (this.#crc !== 0) this.#frame(4, Buffer.alloc(0), this.#crc);
    else this.#frame(4, Buffer.alloc(0), 0);
    return this.record(1, Buffer.from([...field(1, 0xabcdn), ...field(2, 0xef01n)]));
  }

  entry(index: number, term: number, data: string): this {
    const body = bytesField(4, Buffer.from(data));
    return this.record(
      2,
      Buffer.from([...field(1, 0), ...field(2, term), ...field(3, index), ...body]),
    );
  }

  state(term: number, commit: number): this {
    return this.record(3, Buffer.from([...field(1, term), ...field(2, 7), ...field(3, commit)]));
  }

  snapshot(index: number, term: number): this {
    return this.record(5, Buffer.from([...field(1, index), ...field(2, term)]));
  }

  record(type: number, data: Buffer): this {
    this.#crc = crc32c(this.#crc, data);
    this.#frame(type, data, this.#crc);
    return this;
  }

  /** Where the next frame begins. */
  get length(): number {
    return Buffer.concat(this.#frames).length;
  }

  /** The file, with zeros behind as members allocate them. */
  bytes(zeros = 4096): Buffer {
    return Buffer.concat([...this.#frames, Buffer.alloc(zeros)]);
  }

  #frame(type: number, data: Buffer, crc: number): void {
    const body = data.length === 0 ? [] : bytesField(3, data);
    const record = Buffer.from([...field(1, type), ...field(2, crc), ...body]);
    const padding = (8 - (record.length % 8)) % 8;
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(record.length));
    if (padding > 0) length[7] = 0x80 | padding;
    this.#frames.push(length, record, Buffer.alloc(padding));
  }
}

export const fileName = (sequence: number, index: number): string =>
  `${sequence.toString(16).padStart(16, '0')}-${index.toString(16).padStart(16, '0')}.wal`;
