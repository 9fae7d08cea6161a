import { expect, test } from 'vitest';
import { binariesFor } from '../kit/binaries.ts';
import { differences, readContents } from '../kit/compare.ts';
import { Pair } from '../kit/pair.ts';
import { MemberClient, refusalOf } from '../oracle/client.ts';
import { until } from './auth-helpers.ts';

const ROUNDS = 3;
const text = (key: string): Buffer => Buffer.from(key);

/** A put beside a range that fails: the member that proposes it refuses all of it, the others drop the range and put. */
async function disagree(member: MemberClient, key: string): Promise<void> {
  const range = { request_range: { key: text('none'), revision: '999999' } };
  const put = { request_put: { key: text(key), value: text('of all but the proposer') } };
  const said = await member.call('KV/Txn', { success: [put, range] }).catch(refusalOf);
  expect(said).toContain('required revision is a future revision');
}

test('where members disagree, the destination is what the reference member is', async () => {
  const source = await binariesFor('3.5.30');
  await using pair = await Pair.start({ source, destination: source, sourceSize: 3 });
  const [reference, ...others] = pair.source.endpoints;
  const members = pair.source.endpoints.map(url => new MemberClient(url));
  const start = (): void => pair.syncer.start([`--reference-member=${reference}`]);
  try {
    start();
    await pair.syncer.caughtUp();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [i, member] of members.entries()) await disagree(member, `by-${i}/${round}`);
      await members[1]?.call('KV/Put', { key: text(`agreed/${round}`), value: text('by all') });
      if (round === 1) {
        await pair.syncer.kill('SIGKILL');
        start();
      }
    }
    const wanted = await readContents([reference ?? '']);
    await until('the destination is equal', async () => {
      const there = await readContents(pair.destination.endpoints);
      return differences(wanted, there).length === 0;
    });
    // The members have departed from each other, as they do.
    for (const url of others) {
      expect(differences(wanted, await readContents([url]))).not.toEqual([]);
    }
    const keys = [...wanted.keys.keys()].map(key => Buffer.from(key, 'hex').toString());
    expect(keys.filter(key => key.startsWith('by-0'))).toEqual([]);
    expect(keys.filter(key => key.startsWith('by-1'))).toHaveLength(ROUNDS);
    expect(pair.syncer.output).toContain('settled by the reference member');
    expect(pair.syncer.output).not.toContain('ENTRY_AMBIGUOUS');
    expect(pair.syncer.output).not.toContain('of all but the proposer');
  } finally {
    for (const member of members) member.close();
  }
});
