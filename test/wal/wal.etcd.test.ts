import { describe, expect, test } from 'vitest';
import { WalDirectory } from '../../src/wal/wal-directory.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import { EntryType } from '../../src/wire/types.ts';
import { availableReleases } from '../kit/binaries.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { runCommand } from '../kit/run-command.ts';
import { MemberClient } from '../oracle/client.ts';

const releases = await availableReleases();
if (releases.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

/** Every line's log is read in test/oracle; two lines are enough for two files. */
const oldAndNew = [...new Set([releases[0], releases.at(-1)])].filter(
  release => release !== undefined,
);

/** Sizes of the values, in bytes; together more than a file of 64 MiB. */
const VALUES = 52;
const VALUE_BYTES = 1_400_000;

describe.each(oldAndNew)('etcd $version', programs => {
  test('the log of a member that was killed, in two files, is read by the reader and the command', async () => {
    await using cluster = await EtcdCluster.start({ programs, flags: ['--max-wals=0'] });
    const [member] = cluster.members;
    if (member === undefined) throw new Error('no member');
    const client = new MemberClient(member.clientUrl);
    const keys = Array.from({ length: VALUES }, (_, i) => `key ${i}`);
    try {
      for (const key of keys) {
        await client.call('KV/Put', {
          key: Buffer.from(key),
          value: Buffer.alloc(VALUE_BYTES, key),
        });
      }
      // While the member runs.
      expect((await WalDirectory.open(member.dataDir)).lastIndex).toBeGreaterThan(VALUES);
      await member.stop('SIGKILL');
    } finally {
      client.close();
    }
    const wal = await WalDirectory.open(member.dataDir);
    const written: string[] = [];
    for await (const { type, data } of wal.entries()) {
      if (type !== EntryType.Normal) continue;
      const payload = decodePayload(data, { v2Requests: true });
      if (payload.kind !== 'v3' || payload.request.kind !== 'put') continue;
      const { key, value } = payload.request;
      if (key !== '' && value.length === VALUE_BYTES) written.push(key);
    }
    expect(written).toEqual(keys.map(utf8ToByteString));
    expect(wal.firstIndex).toBe(1);
    const printed = await runCommand(process.execPath, [
      'dist/cli/main.js',
      'log',
      'dump',
      `--from-wal=${member.dataDir}`,
      '--json',
    ]);
    const lines = printed
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ index }) => index)).toEqual(
      Array.from({ length: wal.lastIndex }, (_, i) => i + 1),
    );
    expect(
      lines.filter(({ text }) => /put "key \d+" \(1400000 bytes\)/.test(String(text))),
    ).toHaveLength(VALUES);
    expect(printed.length).toBeLessThan(100_000);
  });
});
