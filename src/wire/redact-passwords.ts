import { bytesOutsideOfHeap } from './bytes.ts';
import { Reader, WireError, WireType, Writer } from './cursor.ts';
import { type Entry, EntryType } from './types.ts';

/*
 * Where requests carry secrets in clear
 *
 *   1012 authenticate               2 password (no member fills it), 3 simple_token
 *   1100 auth_user_add              2 password (3.4; from 3.5 on a bcrypt hash in another field)
 *   1103 auth_user_change_password  2 password (likewise)
 */
const SECRETS: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [1012, new Set([2, 3])],
  [1100, new Set([2])],
  [1103, new Set([2])],
]);

/** Where those requests hold the hash of their password, in base64, from 3.5 on. */
const HASHES: ReadonlyMap<number, number> = new Map([
  [1100, 4],
  [1103, 3],
]);

/** In place of a secret: apply asks only whether there is one. */
const MARKER = new TextEncoder().encode('*');
/** In place of one beside which we have put its hash. */
const SEALED = new TextEncoder().encode('**');

/** Told of a password, in bytes of its own, and at which place in the list its entry is. */
export type OnPassword = (place: number, password: Uint8Array) => void;

/**
 * Entries without passwords and tokens. Those that hold none are the same objects. Index, term and type stay, which
 * is all that raft compares. The secrets are overwritten with zeros where they lay: the bytes that came from the
 * network would hold them until something else gets their memory.
 */
export function redactEntries(
  entries: readonly Entry[],
  onPassword: OnPassword = () => undefined,
): readonly Entry[] {
  let place = 0;
  // One function for all entries, since nearly none of them holds a secret.
  const found = (password: Uint8Array): void => onPassword(place, password);
  return entries.map((entry, i) => {
    if (entry.type !== EntryType.Normal) return entry;
    place = i;
    const data = redactPasswords(entry.data, found);
    return data === entry.data ? entry : { ...entry, data };
  });
}

/** Whether the hash beside this password, in an entry of our log, is ours. A member's own would be ignored by 3.4. */
export function isSealed(password: Uint8Array): boolean {
  return password.length === SEALED.length && password.every((byte, i) => byte === SEALED[i]);
}

/** The data of a redacted entry with a hash of the password that it held, where members of 3.5 and later put it. */
export function withPasswordHash(data: Uint8Array, hash: string): Uint8Array {
  return redactFields(data, (field, bytes) => {
    const hashField = HASHES.get(field);
    if (hashField === undefined) return undefined;
    const writer = new Writer(bytes.length + 2 * hash.length);
    writer.raw(redactFields(bytes, inner => (inner === 2 ? SEALED : undefined)));
    writer.textField(hashField, Buffer.from(hash).toString('base64'));
    return writer.finish();
  });
}

/**
 * The data of a normal entry without passwords and tokens: each that is not empty becomes one asterisk,
 * nothing else changes. Data without any is returned as it is; so are bytes that are no request. In `data` itself
 * zeros take the place of the secrets.
 */
export function redactPasswords(
  data: Uint8Array,
  onPassword: (password: Uint8Array) => void = () => undefined,
): Uint8Array {
  try {
    if (!hasSecrets(data)) return data;
    return redactFields(data, (field, bytes) => redactRequest(field, bytes, onPassword));
  } catch (error) {
    if (error instanceof WireError) return data;
    throw error;
  }
}

/** A look at the tags alone: nearly every entry is a request of another kind. */
function hasSecrets(data: Uint8Array): boolean {
  const reader = new Reader(data);
  while (!reader.done) {
    const tag = reader.tag();
    if ((tag & 7) === WireType.Bytes && SECRETS.has(tag >>> 3)) return true;
    reader.skip(tag);
  }
  return false;
}

function redactRequest(
  field: number,
  bytes: Uint8Array,
  onPassword: (password: Uint8Array) => void,
): Uint8Array | undefined {
  const secrets = SECRETS.get(field);
  if (secrets === undefined) return undefined;
  return redactFields(bytes, (inner, secret) => {
    if (!secrets.has(inner) || secret.length === 0) return undefined;
    if (HASHES.has(field)) onPassword(copyOutsideOfHeap(secret));
    secret.fill(0);
    return MARKER;
  });
}

function copyOutsideOfHeap(bytes: Uint8Array): Uint8Array {
  const copy = bytesOutsideOfHeap(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Copies a message; length-delimited fields for which there is a replacement are written with it. */
function redactFields(
  message: Uint8Array,
  replacement: (field: number, bytes: Uint8Array) => Uint8Array | undefined,
): Uint8Array {
  const reader = new Reader(message);
  const writer = new Writer(message.length);
  while (!reader.done) {
    const start = reader.pos;
    const tag = reader.tag();
    if ((tag & 7) !== WireType.Bytes) {
      reader.skip(tag);
      writer.raw(message.subarray(start, reader.pos));
      continue;
    }
    const bytes = reader.slice();
    const replaced = replacement(tag >>> 3, bytes);
    if (replaced === undefined) writer.raw(message.subarray(start, reader.pos));
    else writer.bytesField(tag >>> 3, replaced);
  }
  return writer.finish();
}
