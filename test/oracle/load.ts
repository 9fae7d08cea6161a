import { Callers } from './callers.ts';
import { type Fields, MemberClient, refusalOf } from './client.ts';
import { Dice } from './dice.ts';
import { type Operation, resolve } from './operations.ts';
import { Tally } from './tally.ts';

/** What servers say of a token that they don't know, and of one that is older than auth is now. */
const TOKEN_REFUSED = /invalid auth token/;
const TOKEN_OLD = /revision of auth store is old/;
/** Answers that leave open whether the request was applied. */
const OPEN = /timed out|deadline|unavailable|stopped|leader changed|connection/i;

/** Revisions of puts that are remembered. */
const PUTS_KNOWN = 200;

/** Where requests come from. */
export interface Requests {
  next(): Operation;
}

/** Several clients that send what the generator says, each to any member, until they are to pause. */
export class OracleLoad {
  /** By kind: `ok`, or what the server said. */
  readonly answers = new Tally();
  /** The requests since the last comparison, as they were answered. */
  readonly recent: (() => string)[] = [];
  /** Requests that may have been applied or not. */
  unanswered = 0;
  /** What was sent, symbols resolved. */
  readonly sent: Operation[] = [];
  readonly #generator: Requests;
  readonly #workers: number;
  readonly #members: readonly MemberClient[];
  readonly #callers = new Callers();
  readonly #dice: Dice;
  readonly #written = new Map<string, number>();
  readonly #puts: number[] = [];
  #revision = 1;
  #compacted = -1;

  constructor(generator: Requests, urls: readonly string[], seed: number, workers: number) {
    this.#generator = generator;
    this.#workers = workers;
    this.#members = urls.map(url => new MemberClient(url));
    this.#dice = new Dice(seed + 1);
  }

  /** Sends this many requests and waits for the answers. */
  async run(operations: number, workers = this.#workers): Promise<void> {
    let left = operations;
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.#send(this.#generator.next());
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
  }

  /** One request of the administrator outside the load, to one member. */
  async ask(member: number, kind: string, method: string, request: Fields): Promise<Fields> {
    const answer = await this.#asRoot(member, (client, token) =>
      client.call(method, request, token),
    );
    this.answers.add(kind, 'ok');
    return answer;
  }

  async snapshot(member: number): Promise<Buffer> {
    return await this.#asRoot(member, (client, token) => client.snapshot(token));
  }

  close(): void {
    for (const member of this.#members) member.close();
  }

  async #asRoot<T>(
    member: number,
    act: (client: MemberClient, token: string | undefined) => Promise<T>,
  ): Promise<T> {
    const client = this.#members[member];
    if (client === undefined) throw new Error(`there is no member ${member}`);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await act(client, await this.#callers.token('root', client));
      } catch (error) {
        if (attempt === 3) throw error;
        this.#callers.forget('root');
      }
    }
  }

  async #send(operation: Operation): Promise<void> {
    const { kind, method, caller, isLogged } = operation;
    const client = this.#dice.pick(this.#members);
    const known = {
      revision: this.#revision,
      compacted: this.#compacted,
      written: this.#written,
      puts: this.#puts,
    };
    const request = resolve(operation.request, known) as Fields;
    this.sent.push({ ...operation, request });
    const counted = isLogged ? kind : `${kind} (not in the log)`;
    try {
      const token = await this.#callers.token(caller, client);
      const answer =
        kind === 'lease-keepalive'
          ? await client.firstOf(method, request, token)
          : await client.call(method, request, token);
      this.answers.add(counted, 'ok');
      this.recent.push(() => `${counted} by ${caller}: ok ${describe(request)}`);
      this.#learn(operation, request, answer);
    } catch (error) {
      const said = refusalOf(error);
      this.answers.add(counted, said);
      this.recent.push(() => `${counted} by ${caller}: ${said} ${describe(request)}`);
      if (OPEN.test(said)) this.unanswered += 1;
      if (caller === undefined) return;
      if (TOKEN_REFUSED.test(said) || (TOKEN_OLD.test(said) && this.#dice.chance(0.4)))
        this.#callers.forget(caller);
    }
  }

  #learn({ kind }: Operation, request: Fields, { header }: Fields): void {
    const revision = Number((header as Fields | null)?.revision ?? 0);
    this.#revision = Math.max(this.#revision, revision);
    if (kind === 'put') {
      this.#written.set((request.key as Buffer).toString('latin1'), revision);
      this.#puts.push(revision);
      if (this.#puts.length > PUTS_KNOWN) this.#puts.shift();
    }
    if (kind === 'compaction') this.#compacted = Number(request.revision);
  }
}

/** For people: bytes as text, one byte a character. */
function describe(request: Fields): string {
  return JSON.stringify(request, (_, value: unknown) => {
    const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
    return type === 'Buffer' ? Buffer.from(data as number[]).toString('latin1') : value;
  });
}
