import { replyJson } from '../ops/http/reply.ts';
import type { Route } from '../ops/http/routes.ts';
import { History, type Throughput } from './history.ts';
import type { Replication } from './replication.ts';
import type { Status } from './status.ts';

const EVERY_MS = 1_000;

/** Looks at the replicator once a second and keeps the last hour for /v1/history. */
export class Recorder {
  readonly #history = new History();
  readonly #status: () => Status;
  readonly #replication: () => Replication | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(status: () => Status, replication: () => Replication | undefined) {
    this.#status = status;
    this.#replication = replication;
  }

  get throughput(): Throughput {
    return this.#history.throughput;
  }

  get route(): Route {
    return {
      method: 'GET',
      path: '/v1/history',
      access: 'open',
      handle: (request, response) => {
        const { searchParams } = new URL(request.url ?? '', 'http://localhost');
        replyJson(response, this.#history.since(Number(searchParams.get('since')) || 0));
      },
    };
  }

  start(): void {
    this.#timer = setInterval(() => this.#note(), EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #note(): void {
    const { lag } = this.#status();
    const parts = this.#replication();
    this.#history.note(
      {
        lagEntries: lag.entries,
        lagBytes: lag.bytes,
        lagSeconds: lag.seconds,
        entries: parts?.confirmedEntries ?? 0,
        bytes: parts?.destination.writer.stats.bytes ?? 0,
        receivedBytes: parts?.transport.stats.receivedBytes ?? 0,
      },
      performance.now(),
      Date.now() / 1_000,
    );
  }
}
