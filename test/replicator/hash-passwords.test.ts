import { expect, test } from 'vitest';
import { hashPasswords } from '../../src/replicator/hash-passwords.ts';

test('where no thread can be begun there is no hash, nothing is thrown, and no password stays', async () => {
  const password = new TextEncoder().encode('in-the-clear-42');
  // One buffer can't be given away twice.
  expect(await hashPasswords([password, password])).toEqual([]);
  expect(password.every(byte => byte === 0)).toBe(true);
});

test('where the thread fails there is no hash, and nothing is thrown', async () => {
  // Its program is compiled, and not beside the source.
  expect(await hashPasswords([Uint8Array.from([1, 2, 3])])).toEqual([]);
});
