import { redactEntries, withPasswordHash } from '../wire/redact-passwords.ts';
import type { Entry, Message } from '../wire/types.ts';

/** A bcrypt hash for each password, undefined where there can be none. Wipes the passwords; never rejects. */
export type HashPasswords = (
  passwords: readonly Uint8Array[],
) => Promise<readonly (string | undefined)[]>;

/** Entries that wait behind a password at most; the leader sends again what is dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

interface Waiting {
  readonly message: Message;
  readonly bytes: number;
  /** By the place of their entry in the message. */
  readonly passwords: ReadonlyMap<number, Uint8Array>;
}

/**
 * What messages pass before anything keeps them: passwords and tokens in their entries are overwritten. In place of a
 * password in clear, which members up to 3.4 log, its hash is kept. That takes a while, in which all
 * that comes behind waits, so that messages stay in their order.
 */
export class PasswordSealing {
  readonly #hash: HashPasswords;
  readonly #deliver: (message: Message) => void;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #isStopped = false;

  constructor(hash: HashPasswords, deliver: (message: Message) => void) {
    this.#hash = hash;
    this.#deliver = deliver;
  }

  /** Delivers the message at once, when it holds no password and none is waited for. */
  take(received: Message): void {
    const passwords = new Map<number, Uint8Array>();
    const message = withoutSecrets(received, passwords);
    if (passwords.size === 0 && this.#waiting.length === 0) {
      this.#deliver(message);
      return;
    }
    const bytes = bytesOf(message.entries);
    if (this.#waiting.length > 0 && bytes > 0 && this.#bytes + bytes > MAX_WAITING_BYTES) {
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
      const message = await this.#sealed(next);
      if (this.#isStopped) return;
      this.#waiting.shift();
      this.#bytes -= next.bytes;
      this.#deliver(message);
    }
  }

  async #sealed({ message, passwords }: Waiting): Promise<Message> {
    if (passwords.size === 0) return message;
    const places = [...passwords.keys()];
    const hashes = await this.#hash([...passwords.values()]);
    const entries = [...message.entries];
    for (const [i, place] of places.entries()) {
      const [entry, hash] = [entries[place], hashes[i]];
      if (entry === undefined || hash === undefined) continue;
      entries[place] = { ...entry, data: withPasswordHash(entry.data, hash) };
    }
    return { ...message, entries };
  }
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
