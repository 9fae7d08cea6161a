import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

/** Requests and answers as protobufjs makes them of etcd3's .proto files: 64-bit numbers as text. */
export type Fields = Readonly<Record<string, unknown>>;

const OPTIONS = { longs: String, enums: String, defaults: true, bytes: Buffer } as const;
const DEADLINE_MS = 30_000;

/** The protocol by the .proto files that the etcd3 package brings: nothing of our own codecs is in it. */
const proto = join(dirname(createRequire(import.meta.url).resolve('etcd3/package.json')), 'proto');
const root = new protobuf.Root();
root.resolvePath = (_, target) => join(proto, target.replace(/^.*\//, ''));
root.loadSync('rpc.proto', { keepCase: true });

interface Codec {
  readonly path: string;
  readonly encode: (request: Fields) => Buffer;
  readonly decode: (bytes: Buffer) => Fields;
}

const codecs = new Map<string, Codec>();

/** `method` as in `KV/Put`. */
function codecOf(method: string): Codec {
  let codec = codecs.get(method);
  if (codec !== undefined) return codec;
  const [service = '', name = ''] = method.split('/');
  const found = root.lookupService(`etcdserverpb.${service}`).methods[name];
  if (found === undefined) throw new Error(`etcd3 has no ${method}`);
  const request = root.lookupType(`etcdserverpb.${found.requestType}`);
  const response = root.lookupType(`etcdserverpb.${found.responseType}`);
  codec = {
    path: `/etcdserverpb.${method}`,
    encode: fields => Buffer.from(request.encode(request.fromObject(fields)).finish()),
    decode: bytes => response.toObject(response.decode(bytes), OPTIONS),
  };
  codecs.set(method, codec);
  return codec;
}

/** One member, spoken to directly: no retries, no balancing, the token of each call given with it. */
export class MemberClient {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(new URL(url).host, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.max_reconnect_backoff_ms': 500,
    });
  }

  /** Errors: ServiceError. */
  call(method: string, request: Fields, token?: string): Promise<Fields> {
    const { path, encode, decode } = codecOf(method);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        encode,
        decode,
        request,
        metadataOf(token),
        { deadline: Date.now() + DEADLINE_MS },
        (error, answer) => {
          if (error !== null || answer === undefined) reject(error ?? new Error('no answer'));
          else resolve(answer);
        },
      );
    });
  }

  /** The first answer of a stream of requests to one request. Errors: ServiceError. */
  firstOf(method: string, request: Fields, token?: string): Promise<Fields> {
    const { path, encode, decode } = codecOf(method);
    return new Promise((resolve, reject) => {
      const stream = this.#client.makeBidiStreamRequest(path, encode, decode, metadataOf(token), {
        deadline: Date.now() + DEADLINE_MS,
      });
      stream.on('data', (answer: Fields) => {
        resolve(answer);
        stream.cancel();
      });
      stream.on('error', reject);
      stream.on('end', () => reject(new Error(`${method} ended without an answer`)));
      stream.write(request);
    });
  }

  /** The database as the member sends it, its hash behind it. Errors: ServiceError. */
  snapshot(token?: string): Promise<Buffer> {
    const { path, encode, decode } = codecOf('Maintenance/Snapshot');
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      const stream = this.#client.makeServerStreamRequest(
        path,
        encode,
        decode,
        {},
        metadataOf(token),
        { deadline: Date.now() + DEADLINE_MS },
      );
      stream.on('data', ({ blob }: Fields) => parts.push(blob as Buffer));
      stream.on('error', reject);
      stream.on('end', () => resolve(Buffer.concat(parts)));
    });
  }

  close(): void {
    this.#client.close();
  }
}

function metadataOf(token: string | undefined): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('token', token);
  return metadata;
}

/** What a server said when it refused, without what gRPC puts before it. */
export function refusalOf(error: unknown): string {
  if (error instanceof Error && 'details' in error) return String(error.details);
  return String(error);
}
