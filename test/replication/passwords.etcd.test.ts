import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Pair } from '../kit/pair.ts';
import { memoryHolding } from '../kit/process-memory.ts';
import { releasesForLongSuites } from '../kit/releases.ts';
import { peersOf, until } from '../transport/follower.ts';

vi.setConfig({ testTimeout: 120_000 });

const releases = await releasesForLongSuites(3);
const PASSWORDS = ['Plain-Alice-1', 'Plain-Alice-2', 'Plain-Root-1'];
/** The third field of an Authenticate request: a simple token. */
const TOKEN = new RegExp(`${String.fromCharCode(0x1a, 16)}[A-Za-z]{16}`);

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map(name => join(dir, name))
    .filter(path => statSync(path).isFile());
}

/** Everything in the files of a folder, as one text with a byte for a character. */
function contentsOf(dir: string): string {
  return filesUnder(dir)
    .map(path => readFileSync(path, 'latin1'))
    .join('\n');
}

function expectNone(text: string): void {
  for (const password of PASSWORDS) expect(text).not.toContain(password);
}

describe.each(releases)('passwords of a source of $version', source => {
  test('reach neither our disk nor anything that we show', async () => {
    await using pair = await Pair.start({
      source,
      destination: source,
      syncerArgs: ['--log-level=trace'],
    });
    const { syncer } = pair;
    syncer.start();
    await syncer.caughtUp();
    const [alice1 = '', alice2 = '', root = ''] = PASSWORDS;
    await pair.source.etcdctl(['role', 'add', 'reader']);
    await pair.source.etcdctl(['user', 'add', `alice-user:${alice1}`]);
    await pair.source.etcdctl(
      ['user', 'passwd', 'alice-user', '--interactive=false'],
      `${alice2}\n`,
    );
    await pair.source.etcdctl(['user', 'add', `root:${root}`]);
    await pair.source.etcdctl(['user', 'grant-role', 'root', 'root']);
    await pair.source.etcdctl(['auth', 'enable']);
    pair.source.ctlFlags = [`--user=root:${root}`];
    await pair.source.etcdctl(['put', 'k', 'last-value']);
    await until(
      async () => (await pair.destination.etcdctl(['get', 'k'])).includes('last-value'),
      'the put behind it all is replayed',
    );

    // What is looked for can be found: all of it went through the source's log, and ours has the names.
    const sourceLog = contentsOf(join(pair.source.members[0]?.dataDir ?? '', 'member', 'wal'));
    expect(sourceLog).toMatch(TOKEN);
    if (source.line === '3.4') for (const word of PASSWORDS) expect(sourceLog).toContain(word);
    const log = contentsOf(join(syncer.dataDir, 'log'));
    expect(log).toContain('alice-user');
    expect(log).not.toMatch(TOKEN);

    expectNone(contentsOf(syncer.dataDir));
    expectNone(await syncer.get('/status'));
    expectNone(await syncer.get('/metrics'));
    expectNone(syncer.output);
    if (process.platform === 'linux') {
      // What a core dump would hold. The name is there, so all of it was looked through.
      expect(memoryHolding(syncer.pid, ['alice-user'])).not.toEqual([]);
      // What Node.js has read from a 3.4 member is overwritten when something else gets its memory.
      await until(async () => {
        await pair.source.etcdctl(['put', 'k', 'x'.repeat(1_000)]);
        return memoryHolding(syncer.pid, PASSWORDS).length === 0;
      }, 'no password is in memory');
    }
    for (const path of filesUnder(syncer.dataDir)) {
      expect(`${path} ${(statSync(path).mode & 0o077).toString(8)}`).toBe(`${path} 0`);
    }

    // The log that is read again after a restart leads to the same users.
    await syncer.kill('SIGKILL');
    // The client API asks for a user now.
    syncer.start([`--source-peers=${peersOf(pair.source).join(',')}`]);
    await syncer.caughtUp();
    expect(await pair.destination.etcdctl(['user', 'list'])).toContain('alice-user');
    expectNone(contentsOf(syncer.dataDir));
    expectNone(syncer.output);
  });
});
