import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import { longTest } from '../kit/long.ts';
import { Pair } from '../kit/pair.ts';
import { freePort } from '../kit/ports.ts';
import { SmallDisk } from '../kit/small-disk.ts';
import { Syncer } from '../kit/syncer.ts';
import { both, digests, expectReported, expectStop, untilThere } from './bad-input-helpers.ts';

describe('the data directory', () => {
  test('it is in use by a second process: LOG_LOCKED, the first one goes on', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await using second = await Syncer.create([
      `--source-endpoints=${pair.source.endpoints.join(',')}`,
      `--dest-endpoints=${pair.destination.endpoints.join(',')}`,
      `--initial-advertise-peer-urls=${pair.syncer.peerUrl}`,
      `--data-dir=${pair.syncer.dataDir}`,
    ]);
    second.start();
    await expectStop(second, 'LOG_LOCKED');
    await pair.source.etcdctl(['put', 'after', 'the second']);
    await untilThere(pair.destination, 'after', 'the second');
  });

  test('it belongs to another source: SOURCE_CLUSTER_MISMATCH, nothing changed', async () => {
    await using first = await Pair.start(both);
    await using other = await Pair.start(both);
    first.syncer.start();
    await first.source.etcdctl(['put', 'a', 'b']);
    await untilThere(first.destination, 'a', 'b');
    expect(await first.syncer.kill('SIGTERM')).toBe(0);
    const before = digests(first.syncer.dataDir);
    await using wrong = await Syncer.create([
      `--source-endpoints=${other.source.endpoints.join(',')}`,
      `--dest-endpoints=${other.destination.endpoints.join(',')}`,
      `--initial-advertise-peer-urls=${other.syncer.peerUrl}`,
      `--data-dir=${first.syncer.dataDir}`,
    ]);
    wrong.start();
    await expectStop(wrong, 'SOURCE_CLUSTER_MISMATCH');
    expect(digests(first.syncer.dataDir)).toEqual(before);
    expect(await other.destination.etcdctl(['get', '', '--prefix'])).toBe('');
    first.syncer.start();
    await first.source.etcdctl(['put', 'a', 'c']);
    await untilThere(first.destination, 'a', 'c');
  });

  test('it is a file: DATA_DIR', async () => {
    await using syncer = await nowhere();
    rmSync(syncer.dataDir, { recursive: true });
    writeFileSync(syncer.dataDir, 'not a directory');
    syncer.start();
    await expectStop(syncer, 'DATA_DIR');
    expect(syncer.output).toContain(syncer.dataDir);
  });

  test('it may not be written: DATA_DIR, and it goes on once it may', async () => {
    await using pair = await Pair.start({ ...both, syncerOptions: { launcher: unprivileged() } });
    chmodSync(pair.syncer.dataDir, 0o555);
    pair.syncer.start();
    await expectStop(pair.syncer, 'DATA_DIR');
    chmodSync(pair.syncer.dataDir, 0o777);
    pair.syncer.start();
    await pair.syncer.caughtUp();
  });

  longTest('it is for its owner only', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await putMany(pair, 10);
    await untilThere(pair.destination, 'k9', 'v9');
    const names = readdirSync(pair.syncer.dataDir, { recursive: true, encoding: 'utf8' });
    expect(names).toContain('state/0/data.mdb');
    const readable = names.filter(name => {
      const found = statSync(join(pair.syncer.dataDir, name));
      return found.isFile() && (found.mode & 0o077) !== 0;
    });
    expect(readable).toEqual([]);
  });

  test('what is in it is not ours: DATA_DIR for the identity, LOG_FORMAT for the log', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    const segment = firstSegment(pair.syncer.dataDir);
    const file = await open(segment, 'r+');
    await file.write(Buffer.from('somebody'), 0, 8, 0);
    await file.close();
    pair.syncer.start();
    await expectStop(pair.syncer, 'LOG_FORMAT');
    writeFileSync(join(pair.syncer.dataDir, 'identity.json'), '{}');
    pair.syncer.output = '';
    pair.syncer.start();
    await expectStop(pair.syncer, 'DATA_DIR');
  });
});

test('ports in use: LISTEN_FAILED, HTTP_LISTEN, and it goes on when they are free', async () => {
  await using pair = await Pair.start(both);
  const holder = createServer();
  const port = await freePort();
  await new Promise<void>(resolve => holder.listen(port, '127.0.0.1', () => resolve()));
  for (const [flag, code] of [
    [`--listen-peer-urls=http://127.0.0.1:${port}`, 'LISTEN_FAILED'],
    [`--http-listen=127.0.0.1:${port}`, 'HTTP_LISTEN'],
  ] as const) {
    pair.syncer.output = '';
    pair.syncer.start([flag, `--initial-advertise-peer-urls=${pair.syncer.peerUrl}`]);
    await expectStop(pair.syncer, code);
  }
  await new Promise<void>(resolve => holder.close(() => resolve()));
  pair.syncer.start();
  await pair.syncer.caughtUp();
});

describe('damage', () => {
  test('a byte in the middle of the log: LOG_DAMAGED with file and offset, nothing changed', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await putMany(pair, 200);
    await untilThere(pair.destination, 'k199', 'v199');
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    const segment = firstSegment(pair.syncer.dataDir);
    await flipByte(segment, Math.floor(statSync(segment).size / 2));
    const log = digests(join(pair.syncer.dataDir, 'log'));
    const before = await pair.destination.etcdctl(['get', '', '--prefix', '-w', 'json']);
    pair.syncer.start();
    await expectStop(pair.syncer, 'LOG_DAMAGED');
    expect(pair.syncer.output).toContain(segment);
    expect(pair.syncer.output).toContain('"offset":');
    expect(digests(join(pair.syncer.dataDir, 'log'))).toEqual(log);
    expect(await pair.destination.etcdctl(['get', '', '--prefix', '-w', 'json'])).toBe(before);
    await flipByte(segment, Math.floor(statSync(segment).size / 2));
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await pair.settledDifferences()).toEqual([]);
  });

  test('the state is emptied of its format, cut short, overwritten: STATE_DAMAGED, nothing changed at the destination', async () => {
    await using pair = await Pair.start(both);
    pair.syncer.start();
    await putMany(pair, 200);
    await untilThere(pair.destination, 'k199', 'v199');
    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    const whole = readFileSync(stateFile(pair.syncer.dataDir));
    const before = await pair.destination.etcdctl(['get', '', '--prefix', '-w', 'json']);
    for (const how of ['emptied of its format', 'cut short', 'overwritten']) {
      writeFileSync(stateFile(pair.syncer.dataDir), whole);
      await damageState(pair.syncer.dataDir, how);
      pair.syncer.output = '';
      pair.syncer.start();
      await expectStop(pair.syncer, 'STATE_DAMAGED');
      expect(await pair.destination.etcdctl(['get', '', '--prefix', '-w', 'json'])).toBe(before);
    }
  });
});

describe('no room', () => {
  const mountFault = SmallDisk.fault();
  if (mountFault !== undefined) {
    test(`not run: a full disk (${mountFault})`, () => expect(SmallDisk.fault()).toBe(mountFault));
  } else
    test('the disk is full: LOG_WRITE, nothing lost, it goes on when there is room', async () => {
      using disk = SmallDisk.mount(8);
      await using pair = await Pair.start({ ...both, syncerOptions: { dataDir: disk.dataDir } });
      pair.syncer.start();
      await pair.syncer.caughtUp();
      // The destination is away, so that everything has to wait in the log.
      await pair.destination.members[0]?.stop();
      await putLarge(pair, 12);
      expect(await pair.syncer.exited(), pair.syncer.output.slice(-2_000)).toBe(3);
      expect(pair.syncer.output).toMatch(/\n(LOG_WRITE|STATE_WRITE): /);
      expect(pair.syncer.output).toContain('ENOSPC');
      // The leader may not count on more than the disk holds.
      pair.destination.members[0]?.start();
      await pair.destination.ready();
      disk.grow(128);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(pair.syncer.output).not.toContain('LOG_LOST');
      expect(await pair.settledDifferences()).toEqual([]);
    });

  test('the log has reached --log-max-size: LOG_FULL, the source is not slowed, it goes on when the destination is back', async () => {
    await using pair = await Pair.start({ ...both, syncerArgs: ['--log-max-size=2MiB'] });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.destination.members[0]?.stop();
    await putLarge(pair, 9);
    await expectReported(pair.syncer, 'LOG_FULL');
    // Nothing of it is taken, and it costs the source nothing: no member waits for a learner.
    await putLarge(pair, 3);
    expect((await pair.syncer.status()).log_bytes).toBeLessThan(4 * 1024 * 1024);
    pair.destination.members[0]?.start();
    await pair.destination.ready();
    expect(await pair.settledDifferences()).toEqual([]);
    await pair.syncer.caughtUp();
  });

  longTest(
    'nothing can be written from the start: DATA_DIR, and it goes on when it can',
    async () => {
      await using pair = await Pair.start({
        ...both,
        syncerOptions: { launcher: ['prlimit', '--fsize=0:0'] },
      });
      pair.syncer.start();
      await expectStop(pair.syncer, 'DATA_DIR');
      await using again = await Syncer.create(
        [
          `--source-endpoints=${pair.source.endpoints.join(',')}`,
          `--dest-endpoints=${pair.destination.endpoints.join(',')}`,
          `--listen-peer-urls=${pair.syncer.peerUrl}`,
        ],
        { dataDir: pair.syncer.dataDir },
      );
      again.start();
      await again.caughtUp();
    },
  );

  longTest(
    'files may not grow any further: LOG_WRITE, nothing lost, it goes on when they may',
    async () => {
      await using pair = await Pair.start(both);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      execFileSync('prlimit', ['--pid', String(pair.syncer.pid), '--fsize=2097152:2097152']);
      await putLarge(pair, 6);
      expect(await pair.syncer.exited(), pair.syncer.output.slice(-2_000)).toBe(3);
      expect(pair.syncer.output).toMatch(/\n(LOG_WRITE|STATE_WRITE): /);
      pair.syncer.start();
      await pair.syncer.caughtUp();
      expect(pair.syncer.output).not.toContain('LOG_LOST');
      expect(await pair.settledDifferences()).toEqual([]);
    },
  );
});

/** A program whose surroundings never let it reach a source. */
async function nowhere(): Promise<Syncer> {
  return await Syncer.create([
    '--source-peers=http://127.0.0.1:1',
    '--dest-endpoints=http://127.0.0.1:1',
  ]);
}

/** Root may write everywhere; nobody may not. */
function unprivileged(): string[] {
  return process.getuid?.() === 0
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    : [];
}

function firstSegment(dataDir: string): string {
  const folder = join(dataDir, 'log');
  const [name] = readdirSync(folder).sort();
  if (name === undefined) throw new Error('there is no log');
  return join(folder, name);
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  await file.write(byte, 0, 1, at);
  await file.close();
}

function stateFile(dataDir: string): string {
  return join(dataDir, 'state', '0', 'data.mdb');
}

async function damageState(dataDir: string, how: string): Promise<void> {
  const path = stateFile(dataDir);
  const { size } = statSync(path);
  const file = await open(path, 'r+');
  if (how === 'overwritten') await file.write(Buffer.alloc(size, 0xa5), 0, size, 0);
  else if (how === 'cut short') await file.truncate(Math.floor(size / 2 / 4096) * 4096);
  else await file.write(Buffer.alloc(8192), 0, 8192, 0);
  await file.close();
}

/** Puts k0.. with v0.. */
async function putMany({ source }: Pair, count: number): Promise<void> {
  const client = new Etcd3({ hosts: source.endpoints });
  try {
    for (let i = 0; i < count; i += 1) await client.put(`k${i}`).value(`v${i}`);
  } finally {
    client.close();
  }
}

/** Puts values of a mebibyte, over three keys again and again. */
async function putLarge({ source }: Pair, count: number): Promise<void> {
  const client = new Etcd3({ hosts: source.endpoints });
  try {
    for (let i = 0; i < count; i += 1) {
      await client.put(`large${i % 3}`).value(`v${i}`.padEnd(1024 * 1024, 'x'));
    }
  } finally {
    client.close();
  }
}
