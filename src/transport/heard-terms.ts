import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../ops/logger.ts';
import { type Message, MessageType } from '../wire/types.ts';
import { formatId } from './peer-http.ts';

/** A member that posts dials, or is dialed, within this time. */
const PROOF_MS = 5_000;
const POLL_MS = 50;
const REPORT_INTERVAL_MS = 60_000;

/**
 * The highest term that the source itself has shown: on streams that we dialed, which lead to the
 * members' own addresses, or over mutual TLS. Without either, anybody who reaches our peer port can
 * post in a member's name; what we then answered to the member, a higher term or an entry that it
 * never sent, would depose it or make it panic.
 */
export class HeardTerms {
  readonly #logger: Logger;
  #highest = 0;
  #claim: { readonly term: number; readonly from: bigint; readonly address: string } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Whether the source shows this term or a later one within a few seconds: what is posted, such as a snapshot, may come first. */
  async isShown(term: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < PROOF_MS && this.#highest < term; waitedMs += POLL_MS) {
      await sleep(POLL_MS, undefined, { ref: false });
    }
    return this.#highest >= term;
  }

  /** A message of the source itself. A pre-vote asks about a term that does not exist yet. */
  heard({ type, term }: Message): void {
    if (type === MessageType.PreVote || type === MessageType.PreVoteResp) return;
    this.#highest = Math.max(this.#highest, term);
  }

  /** A message without proof, which is dropped; when its term stays unheard of, we say so. */
  claimed({ type, term, from }: Message, address: string): void {
    if (type === MessageType.PreVote || term <= Math.max(this.#highest, this.#claim?.term ?? 0)) {
      return;
    }
    this.#claim = { term, from, address };
    this.#timer ??= setTimeout(() => this.#judge(), PROOF_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #judge(): void {
    const claim = this.#claim;
    const now = performance.now();
    this.#timer = undefined;
    this.#claim = undefined;
    if (claim === undefined || claim.term <= this.#highest) return;
    if (now - this.#reportedMs < REPORT_INTERVAL_MS) return;
    this.#reportedMs = now;
    this.#logger.error(
      {
        code: 'PEER_FORGED',
        peer: formatId(claim.from),
        address: claim.address,
        term: claim.term,
        heard: this.#highest,
      },
      "dropped messages in a member's name: no member has shown their term on a stream of its own",
    );
  }
}

/** The sender has proved itself with a certificate of the peers' CA. */
export function isAuthorized({ socket }: IncomingMessage): boolean {
  return 'authorized' in socket && socket.authorized === true;
}
