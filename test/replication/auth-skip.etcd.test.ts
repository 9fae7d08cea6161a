import { Etcd3 } from 'etcd3';
import { expect, test } from 'vitest';
import { Pair } from '../kit/pair.ts';
import {
  enableAuth,
  outgrowLog,
  ROOT_PASSWORD,
  readUsers,
  releasePairs,
  shortLogFlags,
} from './auth-helpers.ts';

const pairs = await releasePairs(
  [['3.5.30', '3.5.30']],
  [
    ['3.4.23', '3.5.30'],
    ['3.6.14', '3.7.1'],
  ],
);
const THEIRS = ['user theirs: theirs', 'role theirs: '];

test.each(pairs)(
  "with --auth=skip the destination's users, roles and switch stay, by the log and by a snapshot, %s",
  async (_, source, destination) => {
    await using pair = await Pair.start({
      source,
      destination,
      sourceFlags: ['--bcrypt-cost=4', ...shortLogFlags(source)],
      syncerArgs: ['--auth=skip', '--source-user=root'],
      syncerOptions: { env: { ETCD_SYNCER_SOURCE_PASSWORD: ROOT_PASSWORD } },
    });
    const there = new Etcd3({ hosts: pair.destination.endpoints });
    await there.auth.userAdd({ name: 'theirs', password: 'and-only-theirs' });
    await there.auth.roleAdd({ name: 'theirs' });
    await there.auth.userGrantRole({ user: 'theirs', role: 'theirs' });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const root = await enableAuth(pair);
    const see = async (key: string): Promise<void> => {
      await root.put(key).value('1');
      await expect.poll(() => there.get(key), { timeout: 30_000 }).not.toBeNull();
      expect(await readUsers(there)).toEqual(THEIRS);
      const { auth_held } = await pair.syncer.status();
      expect(auth_held).toEqual([]);
    };
    // One of a name that both have, and one that goes.
    await root.auth.userAdd({ name: 'theirs', password: 'the-source-says' });
    await root.auth.userAdd({ name: 'gone', password: 'x' });
    await root.auth.userDelete({ name: 'gone' });
    await see('by the log');

    await pair.syncer.kill('SIGTERM');
    await root.auth.userDelete({ name: 'theirs' });
    await root.auth.roleAdd({ name: 'more' });
    await outgrowLog(root, source);
    pair.syncer.start();
    await pair.syncer.until(({ phase }) => phase === 'replicating');
    expect(pair.syncer.output).toContain('"msg":"seeded"');
    await see('by a snapshot');
    for (const client of [root, there]) client.close();
  },
);
