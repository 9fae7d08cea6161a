import type { IKeyValue } from 'etcd3';
import { expect, test } from 'vitest';
import { StateHash } from './source-history.ts';

function kv(key: string, value: string, lease = '0'): Pick<IKeyValue, 'key' | 'value' | 'lease'> {
  return { key: Buffer.from(key), value: Buffer.from(value), lease };
}

test('a state is told from every other: by key, value, lease and number of keys, not by their order', () => {
  const states = [
    [],
    [kv('a', '1')],
    [kv('a', '2')],
    [kv('a', '1', '7')],
    [kv('b', '1')],
    [kv('a1', '')],
    [kv('a', '1'), kv('b', '1')],
    [kv('a', '1'), kv('b', '2')],
  ];
  const hashes = states.map(keys => StateHash.of(keys).value);
  expect(new Set(hashes).size).toBe(states.length);
  expect(StateHash.of([kv('b', '1'), kv('a', '1')]).value).toBe(hashes[6]);
  expect(StateHash.of([kv('a', '1'), kv('__etcd_syncer__/f00d', 'position')]).value).toBe(
    hashes[1],
  );
});
