/*
 * Begun by password-memory.test.ts, which looks through this process's memory: entries of users with passwords go the way
 * of those that a 3.4 member sends. What writes the passwords here leaves no copy of them anywhere.
 */
import { hashPasswords } from '../../dist/replicator/hash-passwords.js';
import { FrameBuffer } from '../../dist/wire/frame-buffer.js';
import { redactEntries } from '../../dist/wire/redact-passwords.js';

const ENTRIES = 20;
const PASSWORD_BYTES = 32;
const NAME = 'name-of-the-user';
/** The one that is kept, so that the search is seen to find it. */
const KEPT = 99;

/** @param {Uint8Array} target @param {number} at @param {number} number */
function writePassword(target, at, number) {
  for (let i = 0; i < PASSWORD_BYTES; i += 1)
    target[at + i] = 97 + ((number * 7 + i * (i + number) * 3) % 26);
}

/** auth_user_add (1100) with name (1) and password (2), taken from a stream that brings it in two pieces. */
function received(number) {
  const data = entryData(number);
  const middle = data.length - PASSWORD_BYTES / 2;
  const frames = new FrameBuffer();
  for (const piece of [data.subarray(0, middle), data.subarray(middle)]) frames.push(piece);
  return frames.take(data.length);
}

/** In memory outside of V8's heap, as what is received. */
function entryData(number) {
  const inner = 2 + NAME.length + 2 + PASSWORD_BYTES;
  const data = new Uint8Array(new ArrayBuffer(3 + inner));
  data.set([0xe2, 0x44, inner, 0x0a, NAME.length]);
  data.set(Buffer.from(NAME), 5);
  data.set([0x12, PASSWORD_BYTES], 5 + NAME.length);
  writePassword(data, 7 + NAME.length, number);
  return data;
}

const kept = new Uint8Array(new ArrayBuffer(4_096));
writePassword(kept, 0, KEPT);
let hashed = 0;
for (let number = 0; number < ENTRIES; number += 1) {
  const passwords = [];
  redactEntries([{ index: 1, term: 1, type: 0, data: received(number) }], (_, password) =>
    passwords.push(password),
  );
  const hashes = await hashPasswords(passwords);
  hashed += hashes.filter(hash => hash !== undefined).length;
}
process.stdout.write(`${hashed}\n`);
// Until it is killed.
setInterval(() => kept.length, 60_000);
