import {
  type Client,
  type ClientWritableStream,
  type Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';

/** Called once: with the failure, or with null and the answer. */
export type Answered<T> = (error: ServiceError | null, response?: T) => void;

export interface OpenedCallOptions<T> {
  readonly client: Client;
  /** As in `/etcdserverpb.KV/Txn`. */
  readonly path: string;
  readonly decode: (bytes: Buffer) => T;
  readonly metadata: Metadata;
}

/**
 * A unary call whose stream is open before there is a request, which then goes out as one frame: to open a stream takes
 * longer than all else that is done here for a single put. The server hears of it when the request is there and
 * checks everything then (grpc-go processUnaryRPC, which reads the request before the handler and its interceptors run).
 */
export class OpenedCall<T> {
  readonly #call: ClientWritableStream<Uint8Array>;
  #answered: Answered<T> | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor({ client, path, decode, metadata }: OpenedCallOptions<T>) {
    this.#call = client.makeClientStreamRequest(path, asBuffer, decode, metadata, {}, (...end) => {
      this.#hasEnded = true;
      clearTimeout(this.#deadline);
      this.#answered?.(...end);
    });
    // What ends the call is told to the callback, before a request as well as after it.
    this.#call.on('error', () => undefined);
  }

  /** It has failed before there was a request, as when its connection is gone. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Call once, and only when it has not ended. */
  send(request: Uint8Array, deadlineMs: number, answered: Answered<T>): void {
    this.#answered = answered;
    const isOver = (): void =>
      this.#call.call?.cancelWithStatus(status.DEADLINE_EXCEEDED, `no answer for ${deadlineMs} ms`);
    this.#deadline = setTimeout(isOver, deadlineMs);
    this.#call.end(request);
  }

  /** For one that is not needed. */
  cancel(): void {
    this.#call.cancel();
  }
}

/** Opens calls of one method, each for the request after the one in hand. */
export class CallsAhead<T> {
  readonly #options: Omit<OpenedCallOptions<T>, 'client' | 'metadata'>;
  readonly #metadataOf: (token: string) => Metadata;
  #next:
    | { readonly call: OpenedCall<T>; readonly client: Client; readonly token: string }
    | undefined;

  constructor(
    options: Omit<OpenedCallOptions<T>, 'client' | 'metadata'>,
    metadataOf: (token: string) => Metadata,
  ) {
    this.#options = options;
    this.#metadataOf = metadataOf;
  }

  /** A call for a request that is there: the one that is open, if it is of this client and token, else a new one. */
  take(client: Client, token: string): OpenedCall<T> {
    const next = this.#next;
    if (next !== undefined && next.client === client && next.token === token) {
      this.#next = undefined;
      if (!next.call.hasEnded) return next.call;
    }
    this.drop();
    return this.#open(client, token);
  }

  /** Has one open for the next request. */
  open(client: Client, token: string): void {
    this.#next ??= { call: this.#open(client, token), client, token };
  }

  /** No request comes, or not on this client. */
  drop(): void {
    this.#next?.call.cancel();
    this.#next = undefined;
  }

  #open(client: Client, token: string): OpenedCall<T> {
    return new OpenedCall({ ...this.#options, client, metadata: this.#metadataOf(token) });
  }
}

/** The same bytes. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
