import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WalDirectory } from '../../src/wal/wal-directory.ts';
import { utf8ToByteString } from '../../src/wire/bytes.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import { EntryType } from '../../src/wire/types.ts';
import { availableReleases } from '../kit/binaries.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';
import { CommandError, runCommand } from '../kit/run-command.ts';
import { MAIN } from '../kit/syncer.ts';
import { MemberClient } from '../oracle/client.ts';

const releases = await availableReleases();
if (releases.length === 0) throw new Error('no etcd could be had: see `npm run etcd`');

/** Every line's log is read in test/oracle, too; in `npm test` two lines are enough for two files. */
const chosen = RUNS_ALL_LINES
  ? releases
  : releases.filter((_, i) => i === 0 || i === releases.length - 1);

/** Sizes of the values, in bytes; together more than a file of 64 MiB. */
const VALUES = 52;
const VALUE_BYTES = 1_400_000;

describe.each(chosen)('etcd $version', programs => {
  test('the log of a member that was killed, in two files, is read by the reader and the command; damaged, up to where it is whole, or not at all', async () => {
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
    const printed = await dump(member.dataDir);
    const lines = linesOf(printed);
    expect(lines.map(({ index }) => index)).toEqual(
      Array.from({ length: wal.lastIndex }, (_, i) => i + 1),
    );
    expect(
      lines.filter(({ text }) => /put "key \d+" \(1400000 bytes\)/.test(String(text))),
    ).toHaveLength(VALUES);
    expect(printed.length).toBeLessThan(100_000);
    await dumpDamaged(member.dataDir, lines);
  });
});

/** The same files, cut off in the last of the large entries, as by a crash, then with a changed bit far before it. */
async function dumpDamaged(dataDir: string, whole: readonly Printed[]): Promise<void> {
  const wal = join(dataDir, 'member', 'wal');
  const [first = '', second = ''] = readdirSync(wal)
    .filter(name => name.endsWith('.wal'))
    .sort()
    .map(name => join(wal, name));
  const bytes = readFileSync(second);
  const lastPut = bytes.lastIndexOf(Buffer.from(`key ${VALUES - 1}`));
  truncateSync(second, lastPut - VALUE_BYTES / 2);
  const rest = linesOf(await dump(dataDir));
  expect(rest.length).toBeGreaterThan(VALUES / 2);
  expect(rest.map(({ text }) => text)).toEqual(whole.slice(0, rest.length).map(({ text }) => text));
  expect(rest.at(-1)?.text).toContain(`put "key ${VALUES - 2}"`);

  const damaged = readFileSync(first);
  const at = damaged.indexOf(Buffer.from('key 20'));
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  writeFileSync(first, damaged);
  const outcome = await dump(dataDir).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(CommandError);
  expect(outcome).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('WAL_DAMAGED') });
}

interface Printed {
  readonly index: number;
  readonly text: string;
}

function dump(dataDir: string): Promise<string> {
  const args = ['log', 'dump', `--from-wal=${dataDir}`, '--json'];
  return runCommand(process.execPath, [MAIN, ...args]);
}

function linesOf(printed: string): Printed[] {
  const lines = printed.trim().split('\n');
  return lines.map(line => JSON.parse(line) as Printed);
}
