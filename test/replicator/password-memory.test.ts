import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryHolding } from '../kit/process-memory.ts';

const ENTRIES = 20;
const PASSWORD_BYTES = 32;
const KEPT = 99;

/** As password-memory-child.mjs writes it. */
function passwordOf(number: number): string {
  const letters = Array.from(
    { length: PASSWORD_BYTES },
    (_, i) => 97 + ((number * 7 + i * (i + number) * 3) % 26),
  );
  return String.fromCharCode(...letters);
}

test.runIf(process.platform === 'linux')(
  'once a password is hashed, no memory of the process holds it',
  async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'password-memory-child.mjs')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [hashed] = (await once(child.stdout, 'data')) as [Buffer];
      expect(hashed.toString()).toBe(`${ENTRIES}\n`);
      const kept = passwordOf(KEPT);
      const all = Array.from({ length: ENTRIES }, (_, i) => passwordOf(i));
      const found = memoryHolding(child.pid ?? 0, [kept, ...all]).map(({ text }) => text);
      expect(found).toContain(kept);
      expect(found.filter(text => text !== kept)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
