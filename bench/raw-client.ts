import { Client, credentials } from '@grpc/grpc-js';
import type { ByteString } from '../src/wire/bytes.ts';
import { Writer } from '../src/wire/cursor.ts';
import { etcdserverpb as pb } from '../src/wire/generated/rpc.js';

const VALUE_BYTES = 128;
const FILLING = 'v'.repeat(256);

/** Keys all begin with this. */
export const PREFIX = 'bench/';

export function benchKey(number: number): ByteString {
  return `${PREFIX}${String(number).padStart(8, '0')}` as ByteString;
}

/** Up to 256 bytes that differ from key to key. */
export function benchValue(number: number, bytes = VALUE_BYTES): Uint8Array {
  return Buffer.from(`${number}:${FILLING}`.slice(0, bytes), 'latin1');
}

/** gRPC calls with request and answer as bytes: the load costs as little as it can. */
export class RawClient {
  readonly #client: Client;

  constructor(endpoint: string) {
    this.#client = new Client(endpoint.replace(/^https?:\/\//, ''), credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
    });
  }

  close(): void {
    this.#client.close();
  }

  async put(key: ByteString, value: Uint8Array): Promise<void> {
    const request = new Writer(256).byteStringField(1, key).bytesField(2, value).finish();
    await this.#call('KV/Put', request);
  }

  /** Any call, with the bytes of its request. */
  async call(method: string, request: Uint8Array): Promise<void> {
    await this.#call(method, request);
  }

  async txn(request: Uint8Array): Promise<void> {
    await this.#call('KV/Txn', request);
  }

  /** Whether this member itself has the key, without asking others. */
  async has(key: ByteString): Promise<boolean> {
    const request = { key: Buffer.from(key, 'latin1'), serializable: true, keys_only: true };
    return (await this.#range(request)).kvs.length > 0;
  }

  /** The revision of this member itself. */
  async revision(): Promise<number> {
    const { header } = await this.#range({ key: Buffer.of(0), serializable: true });
    return Number(String(header?.revision));
  }

  /** How many keys of the bench this member has. */
  async count(): Promise<number> {
    const key = Buffer.from(PREFIX);
    const range_end = Buffer.from(PREFIX);
    range_end[range_end.length - 1] = (range_end.at(-1) ?? 0) + 1;
    const answer = await this.#range({ key, range_end, count_only: true, serializable: true });
    return Number(String(answer.count));
  }

  async #range(request: pb.RangeRequest.$Properties): Promise<pb.RangeResponse> {
    return pb.RangeResponse.decode(
      await this.#call('KV/Range', pb.RangeRequest.encode(request).finish()),
    );
  }

  #call(method: string, request: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        `/etcdserverpb.${method}`,
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        Buffer.from(request.buffer, request.byteOffset, request.length),
        { deadline: Date.now() + 30_000 },
        (error, answer) => (error === null ? resolve(answer as Buffer) : reject(error)),
      );
    });
  }
}

/** Does `work` for each number from `from` to before `to`, so many at a time, unless it is over before. */
export async function forEachNumber(
  from: number,
  to: number,
  inFlight: number,
  work: (number: number) => Promise<void>,
  isOver: () => boolean = () => false,
): Promise<void> {
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to && !isOver()) {
      const number = next;
      next += 1;
      await work(number);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}
