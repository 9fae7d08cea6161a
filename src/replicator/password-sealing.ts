import { redactEntries, withPasswordHash } from '../wire/redact-passwords.ts';
import { type Entry, type Message, MessageType } from '../wire/types.ts';

/** A bcrypt hash for each password, undefined where there can be none. Wipes the passwords; never rejects. */
export type HashPasswords = (
  passwords: readonly Uint8Array[],
) => Promise<readonly (string | undefined)[]>;

/** Entries that wait behind a password at most; the leader sends again what is dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Passwords that are hashed before what is done is delivered: about a second. */
const PASSWORDS_AT_ONCE = 8;
/** Hashes that are kept for entries that come again. */
const MAX_KNOWN = 4_096;

interface Waiting {
  readonly message: Message;
  readonly bytes: number;
  /** By the place of their entry in the message. */
  readonly passwords: ReadonlyMap<number, Uint8Array>;
}

/** What an entry's password became; undefined = there can be no hash. */
interface Known {
  readonly term: number;
  readonly hash: string | undefined;
}

/**
 * What messages pass before anything keeps them: passwords and tokens in their entries are overwritten. In place of a
 * password in clear, which members up to 3.4 log, its hash is kept. That takes a while, in which all appends
 * that come behind wait, so that they stay in their order. One with many passwords is delivered in pieces, and an entry that
 * comes again is not hashed again: a leader repeats what it has no answer to.
 */
export class PasswordSealing {
  readonly #hash: HashPasswords;
  readonly #deliver: (message: Message) => void;
  readonly #waiting: Waiting[] = [];
  /** By the index of the entry, oldest first. */
  readonly #known = new Map<number, Known>();
  #bytes = 0;
  #isStopped = false;

  constructor(hash: HashPasswords, deliver: (message: Message) => void) {
    this.#hash = hash;
    this.#deliver = deliver;
  }

  /** Delivers the message at once, unless it is an append with a password, or such a one is waited for. */
  take(received: Message): void {
    const passwords = new Map<number, Uint8Array>();
    const message = withoutSecrets(received, passwords);
    // A heartbeat that is not answered would make us a dead member for the leader; raft takes messages in any order.
    const mayPass = message.type !== MessageType.App || this.#waiting.length === 0;
    if (passwords.size === 0 && mayPass) {
      this.#deliver(message);
      return;
    }
    const bytes = bytesOf(message.entries);
    if (this.#waiting.length > 0 && this.#bytes + bytes > MAX_WAITING_BYTES) {
      for (const password of passwords.values()) password.fill(0);
      return;
    }
    this.#waiting.push({ message, bytes, passwords });
    this.#bytes += bytes;
    if (this.#waiting.length === 1) void this.#deliverAll();
  }

  /** What waits is not delivered any more. */
  stop(): void {
    this.#isStopped = true;
  }

  async #deliverAll(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      for (const part of partsOf(next)) {
        const sealed = await this.#sealed(part);
        if (this.#isStopped) return;
        this.#deliver(sealed);
      }
      this.#waiting.shift();
      this.#bytes -= next.bytes;
    }
  }

  async #sealed({ message, passwords }: Omit<Waiting, 'bytes'>): Promise<Message> {
    if (passwords.size === 0) return message;
    const entries = [...message.entries];
    const fresh = new Map<Entry, Uint8Array>();
    for (const [place, password] of passwords) {
      const entry = entries[place] as Entry;
      if (this.#known.get(entry.index)?.term === entry.term) password.fill(0);
      else fresh.set(entry, password);
    }
    if (fresh.size > 0) this.#keep([...fresh.keys()], await this.#hash([...fresh.values()]));
    for (const place of passwords.keys()) {
      const entry = entries[place] as Entry;
      const hash = this.#known.get(entry.index)?.hash;
      if (hash !== undefined)
        entries[place] = { ...entry, data: withPasswordHash(entry.data, hash) };
    }
    return { ...message, entries };
  }

  #keep(entries: readonly Entry[], hashes: readonly (string | undefined)[]): void {
    for (const [i, { index, term }] of entries.entries()) {
      this.#known.delete(index);
      this.#known.set(index, { term, hash: hashes[i] });
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(oldest);
    }
  }
}

/** The same append as several, so that no more than some passwords are in each; anything else as it is. */
function* partsOf({ message, passwords }: Waiting): Generator<Omit<Waiting, 'bytes'>> {
  if (message.type !== MessageType.App) {
    yield { message, passwords };
    return;
  }
  let { index, logTerm } = message;
  let from = 0;
  let held = new Map<number, Uint8Array>();
  const cut = (to: number): Omit<Waiting, 'bytes'> => {
    const entries = message.entries.slice(from, to);
    return { message: { ...message, index, logTerm, entries }, passwords: held };
  };
  for (const [place, { index: at, term }] of message.entries.entries()) {
    const password = passwords.get(place);
    if (password !== undefined) held.set(place - from, password);
    if (held.size < PASSWORDS_AT_ONCE || place === message.entries.length - 1) continue;
    yield cut(place + 1);
    [index, logTerm, from, held] = [at, term, place + 1, new Map()];
  }
  yield cut(message.entries.length);
}

/** The entries go to no other member, so their bytes are ours to change. */
function withoutSecrets(message: Message, passwords: Map<number, Uint8Array>): Message {
  if (message.entries.length === 0) return message;
  const entries = redactEntries(message.entries, (place, password) => {
    // Of a field that is there twice, the last one counts.
    passwords.get(place)?.fill(0);
    passwords.set(place, password);
  });
  return { ...message, entries };
}

function bytesOf(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const { data } of entries) bytes += data.length;
  return bytes;
}
