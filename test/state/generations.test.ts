import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Generations } from '../../src/state/generations.ts';
import { State } from '../../src/state/state.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-generations-'));
  dirs.push(dir);
  return dir;
}

const KEY = utf8ToByteString('key');

/** Loads one key into the generation of `index`; complete when the position is written. */
async function load(state: State, index: number, isComplete: boolean) {
  const store = await state.openGeneration(index);
  const record = {
    createRevision: 1,
    modRevision: index,
    version: 1,
    lease: 0n,
    value: Buffer.from('v'),
  };
  const { encodeKeyRecord } = await import('../../src/state/record-codec.ts');
  await store.load(() => store.key.put(KEY, encodeKeyRecord(record)));
  if (isComplete) {
    await store.commit(
      { ...store.meta, position: { index, term: 2 }, revision: index },
      () => undefined,
    );
  }
  return store;
}

/** What a start finds: position, key, and the directories that are left. */
async function found(dir: string): Promise<unknown> {
  const state = await State.open(dir, 5n);
  const held = [state.confirmed.index, state.getKey(KEY)?.modRevision];
  await state.close();
  return held;
}

test('a crash at any step leaves the old state or the new one', async () => {
  const dir = folder();
  const state = await State.open(dir, 5n);
  expect(await found(folder())).toEqual([0, undefined]);

  // Half loaded.
  await (await load(state, 100, false)).close();
  await state.close();
  expect(await found(dir)).toEqual([0, undefined]);

  // Loaded, and not switched to: what was loaded is found again.
  const second = await State.open(dir, 5n);
  const loaded = await load(second, 100, true);
  await loaded.close();
  await second.close();
  expect(await found(dir)).toEqual([0, undefined]);
  const third = await State.open(dir, 5n);
  const again = await third.openGeneration(100);
  expect(again.meta.position.index).toBe(100);

  // A crash while CURRENT is being written.
  writeFileSync(join(dir, 'CURRENT.tmp'), '9');
  await third.switchTo(again, 40);
  expect([third.confirmed.index, third.checkpointIndex, third.getKey(KEY)?.modRevision]).toEqual([
    100, 40, 100,
  ]);
  await third.close();
  expect(await found(dir)).toEqual([100, 100]);
  expect(readdirSync(dir).filter(name => /^\d/.test(name))).toEqual(['100']);

  // Switched, and the old one not removed yet: the next generation takes it away.
  mkdirSync(join(dir, '0'));
  const fourth = await State.open(dir, 5n);
  const newer = await load(fourth, 300, false);
  expect(existsSync(join(dir, '0'))).toBe(false);
  await newer.close();
  await fourth.close();
  expect(await found(dir)).toEqual([100, 100]);
});

test('a state with entries that are not confirmed is not replaced', async () => {
  const dir = folder();
  const state = await State.open(dir, 5n);
  const store = await load(state, 100, true);
  state.advance({ index: 1, term: 1 }, []);
  await expect(state.switchTo(store, 0)).rejects.toThrow('unconfirmed');
  await store.close();
  await state.close();
  expect(await found(dir)).toEqual([0, undefined]);
});

test.each(['', 'x', '../../etc', '99999999999999999', '1 2'])(
  'CURRENT that says %j: STATE_DAMAGED',
  async text => {
    const dir = folder();
    writeFileSync(join(dir, 'CURRENT'), text);
    await expect(Generations.open(dir)).rejects.toMatchObject({ code: 'STATE_DAMAGED' });
  },
);

test('what is no generation is left alone', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'note.txt'), 'theirs');
  for (const name of ['1', '2', '3']) mkdirSync(join(dir, name));
  const generations = await Generations.open(dir);
  await generations.switchTo(2);
  await generations.removeOthers(3);
  expect(readdirSync(dir).sort()).toEqual(['2', '3', 'CURRENT', 'note.txt']);
});

test('what a load left behind that broke off is gone when another one begins', async () => {
  const state = await State.open(folder(), 5n);
  await (await load(state, 20, false)).close();
  const again = await state.openGeneration(20);
  expect(again.key.get(KEY)).toBeUndefined();
  await again.close();
  // A complete one stays.
  await (await load(state, 20, true)).close();
  const complete = await state.openGeneration(20);
  expect(complete.key.get(KEY)).toBeDefined();
  await complete.close();
  await state.close();
});
