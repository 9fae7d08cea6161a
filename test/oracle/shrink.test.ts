import { expect, test } from 'vitest';
import { shrink } from './shrink.ts';

const numbers = Array.from({ length: 200 }, (_, i) => i);

test('leaves what the failure needs, in its order', async () => {
  const needed = [3, 77, 78, 199];
  const fails = async (list: readonly number[]) => needed.every(item => list.includes(item));
  expect(await shrink(numbers, fails, 1_000)).toEqual(needed);
});

test('ends when its budget does, with a list that fails', async () => {
  let tries = 0;
  const fails = async (list: readonly number[]) => {
    tries += 1;
    return list.includes(5) && list.includes(150);
  };
  const found = await shrink(numbers, fails, 6);
  expect(tries).toBeLessThanOrEqual(6);
  expect(found).toContain(5);
  expect(found).toContain(150);
  expect(found?.length).toBeLessThan(numbers.length);
});

test('a list that does not fail again is not shrunk', async () => {
  expect(await shrink(numbers, async () => false, 10)).toBeUndefined();
});
