import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { EtcdClient } from '../destination/etcd-client.ts';
import { SyncerError } from '../ops/errors.ts';
import { type ByteString, fromByteString, prefixEnd, toByteString } from '../wire/bytes.ts';
import { etcdserverpb as pb } from '../wire/generated/rpc.js';

/** Watches the keys under a prefix of the destination, and says of each when it was put. */
export class Arrivals {
  readonly #stream: ClientDuplexStream<pb.WatchRequest.$Properties, pb.WatchResponse>;
  readonly #created: Promise<void>;
  #failure: SyncerError | undefined;
  #isClosed = false;

  private constructor(
    stream: ClientDuplexStream<pb.WatchRequest.$Properties, pb.WatchResponse>,
    endpoint: string,
    onPut: (key: ByteString) => void,
  ) {
    this.#stream = stream;
    this.#created = new Promise((resolve, reject) => {
      const fail = (text: string): void => {
        if (this.#isClosed) return;
        this.#failure = new SyncerError('DEST_REFUSED', `${endpoint} Watch: ${text}`);
        reject(this.#failure);
      };
      stream.on('data', (response: pb.WatchResponse) => {
        if (response.canceled === true) fail(response.cancel_reason || 'it was cancelled');
        else if (response.created === true) resolve();
        for (const { type, kv } of response.events ?? []) {
          const isPut = (type ?? pb.Event.EventType.PUT) === pb.Event.EventType.PUT;
          if (isPut && kv?.key) onPut(toByteString(kv.key));
        }
      });
      stream.on('error', error => fail(error.message));
      stream.on('end', () => fail('it ended'));
    });
  }

  /** Resolves when the server watches. Errors: those of the client; DEST_REFUSED when it will not. */
  static async open(
    client: EtcdClient,
    prefix: ByteString,
    onPut: (key: ByteString) => void,
  ): Promise<Arrivals> {
    const end = prefixEnd(prefix);
    const stream = await client.watch({
      key: fromByteString(prefix),
      range_end: end === undefined ? new Uint8Array(1) : fromByteString(end),
    });
    const arrivals = new Arrivals(stream, client.endpoint, onPut);
    await arrivals.#created;
    return arrivals;
  }

  /** Errors: DEST_REFUSED when the watch has broken off. */
  throwIfBroken(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(): void {
    this.#isClosed = true;
    this.#stream.cancel();
  }
}
