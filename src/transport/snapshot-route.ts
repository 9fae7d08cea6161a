import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorText } from '../ops/errors.ts';
import type { Logger } from '../ops/logger.ts';
import type { Message } from '../wire/types.ts';
import type { HeardTerms } from './heard-terms.ts';
import {
  type ReceivedSnapshot,
  receiveSnapshot,
  type SnapshotReceiverOptions,
} from './snapshot-receiver.ts';
import type { TransportStats } from './types.ts';

/** A refusal that waits keeps the source from trimming its log, so the wait has an end. */
const MAX_REFUSAL_DOUBLINGS = 3;
/** A second sender while one is at it: a leader that just lost its office, most likely. */
const BUSY_MS = 5_000;

export interface SnapshotRouteOptions {
  readonly receiver: SnapshotReceiverOptions;
  readonly terms: HeardTerms;
  readonly stats: TransportStats;
  readonly logger: Logger;
  /** How long the sender waits for its first refusal. */
  readonly refusalMs: number;
  readonly onSnapshot: (message: Message, file: string) => Promise<void>;
  readonly refuse: (response: ServerResponse, status: number, reason: string) => void;
}

/**
 * POST /raft/snapshot, one at a time. A leader that is refused sends the whole database again after
 * about 100 ms; so refusals are held back, longer each time in a row.
 */
export class SnapshotRoute {
  readonly #options: SnapshotRouteOptions;
  #isBusy = false;
  #refusals = 0;

  constructor(options: SnapshotRouteOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { logger } = this.#options;
    // A request that is not read to its end loses its socket.
    const { socket } = request;
    const work = this.#isBusy
      ? this.#hold(response, BUSY_MS, 503, 'a snapshot is being received')
      : this.#take(request, response);
    work.catch((error: unknown) => {
      logger.error({ code: 'INTERNAL', error }, 'a request on the peer port failed');
      socket.destroy();
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { logger, stats, receiver, refusalMs, onSnapshot } = this.#options;
    const { socket } = request;
    let received: ReceivedSnapshot;
    this.#isBusy = true;
    try {
      received = await receiveSnapshot(request, receiver);
      stats.receivedBytes += received.bytes;
      stats.receivedMessages += 1;
      const { index, term } = received.message.snapshot ?? {};
      logger.info({ index, term, bytes: received.bytes }, 'received a snapshot');
      await this.#requireShownTerm(received);
      await onSnapshot(received.message, received.file);
    } catch (error) {
      this.#isBusy = false;
      if (socket.destroyed) {
        logger.warn({ reason: errorText(error) }, 'a snapshot was broken off');
        return;
      }
      const waitMs = refusalMs * 2 ** Math.min(this.#refusals, MAX_REFUSAL_DOUBLINGS);
      this.#refusals += 1;
      logger.error({ error, wait_ms: waitMs }, 'a snapshot could not be taken');
      await this.#hold(response, waitMs, 500, errorText(error));
      return;
    }
    this.#isBusy = false;
    this.#refusals = 0;
    response.writeHead(204).end();
  }

  /** A snapshot may come before the first heartbeat on a stream that was just dialed. */
  async #requireShownTerm({ message, file }: ReceivedSnapshot): Promise<void> {
    const term = Math.max(message.term, message.snapshot?.term ?? 0);
    if (await this.#options.terms.isShown(term)) return;
    await rm(file, { force: true });
    throw new Error(`snapshot of term ${term}, which no member has shown`);
  }

  /** Answers after a while; the connection may be gone by then. */
  async #hold(
    response: ServerResponse,
    waitMs: number,
    status: number,
    reason: string,
  ): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, waitMs);
      response.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#options.refuse(response, status, reason);
  }
}
