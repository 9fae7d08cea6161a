import { expect, test } from 'vitest';
import type { Fields } from './client.ts';
import { Dice } from './dice.ts';
import { KvGenerator } from './generate-kv.ts';

/** The operations of a transaction, with those of transactions in it. */
function operationsOf(txn: Fields): Fields[] {
  const ops = [...(txn.success as Fields[]), ...(txn.failure as Fields[])];
  return ops.flatMap(op =>
    op.request_txn === undefined ? [op] : operationsOf(op.request_txn as Fields),
  );
}

test('no transaction that would crash every member: a delete from a key on, and a put that ignores something', () => {
  const generator = new KvGenerator(new Dice(11), '3.5');
  const seen = { deletes: 0, ignoring: 0, both: 0 };
  for (let i = 0; i < 10_000; i += 1) {
    const ops = operationsOf(generator.txn());
    const deletes = ops.some(op => {
      const end = (op.request_delete_range as Fields | undefined)?.range_end;
      return end instanceof Buffer && end.equals(Buffer.from('\0'));
    });
    const ignoring = ops.some(op => {
      const put = op.request_put as Fields | undefined;
      return put?.ignore_value === true || put?.ignore_lease === true;
    });
    if (deletes) seen.deletes += 1;
    if (ignoring) seen.ignoring += 1;
    if (deletes && ignoring) seen.both += 1;
  }
  expect(seen.both).toBe(0);
  expect(seen.deletes).toBeGreaterThan(100);
  expect(seen.ignoring).toBeGreaterThan(100);
});
