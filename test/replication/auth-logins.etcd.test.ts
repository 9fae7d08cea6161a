import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Etcd3 } from 'etcd3';
import { describe, expect, test } from 'vitest';
import type { Pair } from '../kit/pair.ts';
import { MAIN } from '../kit/syncer.ts';
import {
  canLogIn,
  clientOf,
  enableAuth,
  OUR_PASSWORD,
  outgrowLog,
  ROOT_PASSWORD,
  releasePairs,
  shortLogFlags,
  startAuthPair,
  until,
} from './auth-helpers.ts';
import { filesHolding } from './files-holding.ts';

const run = promisify(execFile);
const USERS = Array.from({ length: 6 }, (_, i) => `user-${i}`);
const CHANGES = 12;
/** Between two tries of an intruder. */
const TRY_MS = 5;

/** The n-th password of a user. */
const passwordOf = (user: string, n = 0): string => `secret-of-${user}-nr-${n}-e41b`;
const known = await releasePairs(
  [
    ['3.4.23', '3.5.30'],
    ['3.5.30', '3.6.14'],
  ],
  [
    ['3.5.16', '3.5.30'],
    ['3.6.14', '3.7.1'],
  ],
);
const old = await releasePairs([['3.5.30', '3.4.23']], [['3.4.23', '3.4.23']]);

/** Tries what must not work, in turns, until stopped: no password, a guess, another user's, one that is not in use yet. */
class Intruder {
  readonly entered: string[] = [];
  readonly #client: Etcd3;
  readonly #done: Promise<void>;
  #stopped = false;
  tries = 0;

  constructor(pair: Pair, users: readonly string[]) {
    this.#client = new Etcd3({ hosts: pair.destination.endpoints });
    this.#done = this.#tryAll(users);
    this.#done.catch(() => undefined);
  }

  async #tryAll(users: readonly string[]): Promise<void> {
    while (!this.#stopped) {
      for (const user of users) {
        const wrong = [
          '',
          ' ',
          user,
          'password',
          OUR_PASSWORD,
          passwordOf('nobody'),
          passwordOf(user, 99),
        ];
        for (const password of wrong) {
          if (await canLogIn(this.#client, user, password))
            this.entered.push(`${user} with ${password}`);
          this.tries += 1;
          await sleep(TRY_MS);
        }
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    this.#client.close();
  }
}

describe.each(known)('passwords, %s', (_, source, destination) => {
  test("by the log: the source's and no other, from the first moment, also while they change", async () => {
    await using pair = await startAuthPair(source, destination);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const root = await enableAuth(pair);
    const there = new Etcd3({ hosts: pair.destination.endpoints });
    await until('auth is on', () => canLogIn(there, 'root', ROOT_PASSWORD).catch(() => false));
    const intruder = new Intruder(pair, USERS);
    for (const name of USERS) await root.auth.userAdd({ name, password: passwordOf(name) });
    for (const name of USERS) {
      await until(`${name} can log in`, () => canLogIn(there, name, passwordOf(name)));
    }
    // No ASCII, and of 3.4, which takes them, more bytes than the 72 that bcrypt looks at.
    const odd = `pässwörd-${'x'.repeat(source.line === '3.4' ? 90 : 50)}`;
    await root.auth.userAdd({ name: 'odd', password: odd });
    await until('odd can log in', () => canLogIn(there, 'odd', odd));
    expect(await canLogIn(there, 'odd', odd.slice(0, 40))).toBe(false);
    // While one changes its password again and again: what was accepted once makes all older ones void.
    const name = USERS[0] ?? '';
    const changing = (async () => {
      for (let n = 1; n <= CHANGES; n += 1) {
        await root.auth.userChangePassword({ name, password: passwordOf(name, n) });
        await sleep(100);
      }
    })();
    for (let newest = 0; newest < CHANGES; ) {
      // Several may have gone by while we tried.
      for (let n = newest + 1; n <= CHANGES; n += 1) {
        if (!(await canLogIn(there, name, passwordOf(name, n)))) continue;
        newest = n;
        break;
      }
      if (newest > 0) expect(await canLogIn(there, name, passwordOf(name, newest - 1))).toBe(false);
    }
    await changing;
    await intruder.stop();
    expect(intruder.entered).toEqual([]);
    expect(intruder.tries).toBeGreaterThan(50);
    for (let n = 0; n < CHANGES; n += 1) {
      expect(await canLogIn(there, name, passwordOf(name, n))).toBe(false);
    }
    const status = await pair.syncer.status();
    expect(status.auth_held).toEqual([]);
    // None of them is anywhere.
    const secrets = [
      ROOT_PASSWORD,
      OUR_PASSWORD,
      ...USERS.map(user => passwordOf(user)),
      passwordOf(name, CHANGES),
    ];
    const told = `${pair.syncer.output}${await pair.syncer.get('/metrics')}${JSON.stringify(status)}`;
    expect(secrets.filter(secret => told.includes(secret))).toEqual([]);
    expect(told).not.toMatch(/\$2[ab]\$/);
    expect(filesHolding(pair.syncer.dataDir, secrets)).toEqual([]);
    there.close();
    root.close();
  });

  test('by a snapshot: exact, and no other at any moment', async () => {
    await using pair = await startAuthPair(source, destination, shortLogFlags(source));
    const root = await enableAuth(pair);
    for (const name of USERS) await root.auth.userAdd({ name, password: passwordOf(name) });
    await outgrowLog(root, source);
    // Auth goes on here before the users arrive, so that they can be tried all the while.
    await pair.destination.etcdctl(['user', 'add', 'root:another-root']);
    await pair.destination.etcdctl(['user', 'grant-role', 'root', 'root']);
    await pair.destination.etcdctl(['auth', 'enable']);
    const intruder = new Intruder(pair, USERS);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(pair.syncer.output).toContain('"msg":"seeded"');
    const there = new Etcd3({ hosts: pair.destination.endpoints });
    for (const name of USERS) {
      expect([name, await canLogIn(there, name, passwordOf(name))]).toEqual([name, true]);
    }
    expect(await canLogIn(there, 'root', ROOT_PASSWORD)).toBe(true);
    expect(await canLogIn(there, 'root', 'another-root')).toBe(false);
    await intruder.stop();
    expect(intruder.entered).toEqual([]);
    expect((await pair.syncer.status()).auth_held).toEqual([]);
    there.close();
    root.close();
  });
});

describe.each(old)('passwords whose hashes the destination drops, %s', (_, source, destination) => {
  test('by the log unusable and held, over restarts, until settled by hand', async () => {
    await using pair = await startAuthPair(source, destination);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const root = await enableAuth(pair);
    const there = new Etcd3({ hosts: pair.destination.endpoints });
    for (const name of USERS) await root.auth.userAdd({ name, password: passwordOf(name) });
    const heldNow = async () =>
      (await pair.syncer.status()).auth_held.map(({ subject }) => subject).sort();
    await pair.syncer.until(({ auth_held }) => auth_held.length === USERS.length + 1);
    await pair.syncer.caughtUp();
    const intruder = new Intruder(pair, USERS);
    for (const name of USERS) expect(await canLogIn(there, name, passwordOf(name))).toBe(false);

    await pair.syncer.kill('SIGKILL');
    pair.syncer.start();
    await pair.syncer.caughtUp();
    expect(await heldNow()).toEqual(['root', ...USERS]);
    // Set by hand, and struck off beside the running process.
    const us = clientOf(pair.destination.endpoints, 'syncer', OUR_PASSWORD);
    await us.auth.userChangePassword({ name: 'user-1', password: passwordOf('user-1') });
    const settle = () =>
      run(process.execPath, [
        ...[MAIN, 'auth', 'settle', 'user-1'],
        `--data-dir=${pair.syncer.dataDir}`,
      ]);
    await settle();
    await expect(settle()).rejects.toMatchObject({
      code: 3,
      stderr: expect.stringContaining('AUTH_NOT_HELD'),
    });
    expect(await heldNow()).toEqual(['root', ...USERS].filter(name => name !== 'user-1'));
    const { stdout } = await run(process.execPath, [
      MAIN,
      'auth',
      'held',
      `--data-dir=${pair.syncer.dataDir}`,
    ]);
    expect(stdout.split('\n').filter(line => line.includes('AUTH_PASSWORD_UNKNOWN'))).toHaveLength(
      USERS.length,
    );
    expect(await canLogIn(there, 'user-1', passwordOf('user-1'))).toBe(true);
    expect(await pair.syncer.get('/metrics')).toContain(`etcd_syncer_auth_held ${USERS.length}`);

    await intruder.stop();
    expect(intruder.entered).toEqual([]);
    for (const client of [there, us, root]) client.close();
  });
});
