import { expect, test } from 'vitest';
import { applyEntry } from '../../src/apply/apply-entry.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import { type HashPasswords, PasswordSealing } from '../../src/replicator/password-sealing.ts';
import { Writer } from '../../src/wire/cursor.ts';
import { message } from '../../src/wire/raft-message.ts';
import { type Entry, EntryType, type Message, MessageType } from '../../src/wire/types.ts';

const HASH = '$2b$10$abcdefghijklmnopqrstuv';

/** auth_user_add (1100) or auth_user_change_password (1103) of a 3.4 member. */
function request(kind: 1100 | 1103, name: string, password: string): Uint8Array {
  const user = new Writer().textField(1, name).textField(2, password).finish();
  const header = new Writer().uintField(1, 9).finish();
  return new Writer().bytesField(100, header).bytesField(kind, user).finish();
}

function append(index: number, ...data: Uint8Array[]): Message {
  const entries = data.map((bytes, i) => ({
    ...{ type: EntryType.Normal, term: 1, index: index + i },
    data: bytes,
  }));
  return message({ type: MessageType.App, to: 9n, from: 1n, term: 1, index: index - 1, entries });
}

const heartbeat = message({ type: MessageType.Heartbeat, to: 9n, from: 1n, term: 1 });

/** What passes, and the hashing, which is answered by hand. */
function sealing(): {
  sealing: PasswordSealing;
  delivered: Message[];
  asked: string[][];
  answer: (hashes: (string | undefined)[]) => Promise<void>;
} {
  const delivered: Message[] = [];
  const asked: string[][] = [];
  let resolve: ((hashes: (string | undefined)[]) => void) | undefined;
  const hash: HashPasswords = passwords => {
    asked.push(passwords.map(bytes => Buffer.from(bytes).toString()));
    return new Promise(done => {
      resolve = done;
    });
  };
  return {
    sealing: new PasswordSealing(hash, received => delivered.push(received)),
    delivered,
    asked,
    answer: async hashes => {
      resolve?.(hashes);
      await new Promise(done => setImmediate(done));
    },
  };
}

/** Passwords of users after these entries, for a source of 3.4. */
function passwordsAfter(entries: readonly Entry[]): Record<string, string> {
  const state = new MemoryState();
  for (const entry of entries) {
    state.advance(applyEntry(entry, state, sourceProfile(['3.4.23'], 3, 1)).changes);
  }
  const shown = [...state.auth.users].map(([name, { password }]) => [
    name,
    password === 'unknown' ? password : Buffer.from(password).toString(),
  ]);
  return Object.fromEntries(shown) as Record<string, string>;
}

test('what holds no password passes at once', () => {
  const { sealing: seal, delivered, asked } = sealing();
  seal.take(heartbeat);
  seal.take(append(1, new Uint8Array()));
  expect(delivered).toHaveLength(2);
  expect(asked).toEqual([]);
});

test('a password becomes the hash that the user has, and appends behind it wait; heartbeats do not', async () => {
  const { sealing: seal, delivered, asked, answer } = sealing();
  const first = append(1, request(1100, 'alice', 'one'), request(1103, 'alice', 'two'));
  seal.take(first);
  seal.take(heartbeat);
  seal.take(append(3, request(1100, 'bob', 'three')));
  expect(delivered.splice(0)).toEqual([heartbeat]);
  // Nothing but the hashing has them any more.
  const bytes = Buffer.concat(first.entries.map(({ data }) => data)).toString('latin1');
  expect(bytes).not.toMatch(/one|two/);
  await answer([`${HASH}1`, `${HASH}2`]);
  expect(delivered).toHaveLength(1);
  await answer([`${HASH}3`]);
  expect(asked).toEqual([['one', 'two'], ['three']]);
  const entries = delivered.flatMap(received => received.entries);
  expect(entries.map(({ index }) => index)).toEqual([1, 2, 3]);
  expect(passwordsAfter(entries)).toEqual({ alice: `${HASH}2`, bob: `${HASH}3` });
  seal.take(append(4, new Uint8Array()));
  expect(delivered).toHaveLength(3);
});

test('an append with many passwords is delivered in pieces that follow each other', async () => {
  const { sealing: seal, delivered, asked, answer } = sealing();
  const users = Array.from({ length: 20 }, (_, i) => request(1100, `user${i}`, `pw${i}`));
  seal.take({ ...append(5, new Uint8Array(), ...users, new Uint8Array()), logTerm: 0, commit: 3 });
  for (let round = 0; round < 3; round += 1) {
    expect(delivered).toHaveLength(round);
    await answer((asked.at(-1) ?? []).map(password => `${HASH}${password}`));
  }
  expect(asked.map(({ length }) => length)).toEqual([8, 8, 4]);
  // Each begins where the one before ends.
  expect(delivered.map(({ index, logTerm }) => [index, logTerm])).toEqual([
    [4, 0],
    [13, 1],
    [21, 1],
  ]);
  const entries = delivered.flatMap(part => part.entries);
  expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 22 }, (_, i) => i + 5));
  expect(Object.values(passwordsAfter(entries))).toEqual(users.map((_, i) => `${HASH}pw${i}`));
  expect(delivered.every(({ commit }) => commit === 3)).toBe(true);
});

test('a password that comes again is not hashed again, but that of another entry in its place is', async () => {
  const { sealing: seal, delivered, asked, answer } = sealing();
  seal.take(append(1, request(1100, 'alice', 'one')));
  const again = append(1, request(1100, 'alice', 'one'), request(1100, 'bob', 'two'));
  seal.take(again);
  await answer([`${HASH}1`]);
  await answer([`${HASH}2`]);
  expect(asked).toEqual([['one'], ['two']]);
  expect(delivered).toHaveLength(2);
  const { entries } = delivered[1] ?? heartbeat;
  expect(passwordsAfter(entries)).toEqual({ alice: `${HASH}1`, bob: `${HASH}2` });
  const replaced = append(1, request(1100, 'carol', 'three'));
  seal.take({ ...replaced, entries: replaced.entries.map(entry => ({ ...entry, term: 2 })) });
  await answer([`${HASH}3`]);
  expect(asked.at(-1)).toEqual(['three']);
  expect(passwordsAfter(delivered[2]?.entries ?? [])).toEqual({ carol: `${HASH}3` });
});

test('without a hash the password is unknown, and the entry comes all the same', async () => {
  const { sealing: seal, delivered, answer } = sealing();
  seal.take(append(1, request(1100, 'alice', 'one'), request(1100, 'bob', 'two')));
  await answer([undefined, `${HASH}2`]);
  expect(passwordsAfter(delivered.flatMap(({ entries }) => entries))).toEqual({
    alice: 'unknown',
    bob: `${HASH}2`,
  });
});

test('what waits is bounded: the leader sends again what is dropped, and heartbeats pass', async () => {
  const { sealing: seal, delivered, answer } = sealing();
  seal.take(append(1, request(1100, 'alice', 'one')));
  seal.take(append(2, new Uint8Array(9 * 1024 * 1024)));
  seal.take(append(3, new Uint8Array(9 * 1024 * 1024)));
  seal.take(heartbeat);
  await answer([HASH]);
  expect(delivered.map(({ type, index }) => [type, index])).toEqual([
    [MessageType.Heartbeat, 0],
    [MessageType.App, 0],
    [MessageType.App, 1],
  ]);
});

test('nothing is delivered when it has been stopped', async () => {
  const { sealing: seal, delivered, answer } = sealing();
  seal.take(append(1, request(1100, 'alice', 'one')));
  seal.stop();
  await answer([HASH]);
  expect(delivered).toEqual([]);
});
