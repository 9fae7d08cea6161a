import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WalDirectory } from '../../src/wal/wal-directory.ts';
import { redactEntries } from '../../src/wire/redact-passwords.ts';
import type { Entry } from '../../src/wire/types.ts';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { type Everything, readAll } from '../snapshot/file.ts';
import { type Follower, takeSeat, until } from '../transport/follower.ts';
import { refusalOf } from './client.ts';
import { Dice } from './dice.ts';
import { differences } from './differences.ts';
import { leaderOf, moveLeader, startAgain } from './disturbances.ts';
import { Generator } from './generate.ts';
import { contentsOfFile, contentsOfModel, countDifferences, judge } from './judge.ts';
import { OracleLoad } from './load.ts';
import { MemberModel } from './member-model.ts';
import type { Operation } from './operations.ts';
import { type Expected, plainJson } from './regression.ts';

export interface RunOptions {
  readonly programs: EtcdBinaries;
  readonly operations: number;
  readonly seed: number;
  readonly members: number;
  /** Requests between two comparisons. */
  readonly every: number;
  /** Members are restarted, and the leader moves where there are three. */
  readonly disturbed?: boolean;
  /** Further flags of the servers. */
  readonly flags?: readonly string[];
  /** Requests under way at once; WORKERS unless given. */
  readonly workers?: number;
  /** Instead of random requests these, one after the other. */
  readonly script?: readonly Operation[];
}

const WORKERS = 8;
const ENDING_POLL_MS = 100;
const ENDING_POLLS = 20;

/** What a run has shown. */
export interface RunResult {
  readonly load: OracleLoad;
  readonly models: readonly MemberModel[];
  /** Comparisons of a member's database with its model. */
  readonly comparisons: number;
  /** Rows of databases that were compared. */
  readonly rows: number;
  /** Entries of members' own logs that were compared with those that the seat was sent. */
  readonly walEntries: number;
  readonly restarts: number;
  readonly moves: number;
  /** Each is a difference that nothing explains. */
  readonly failures: readonly string[];
  readonly entries: readonly Entry[];
  /** The last comparison: what was applied up to it, and what the member held. */
  readonly last: { readonly entries: readonly Entry[]; readonly expected: Expected } | undefined;
}

/** A cluster under the load, with a seat that gets its log, and models that are compared with the members. */
export async function runOracle(options: RunOptions): Promise<RunResult> {
  const { programs, members, seed } = options;
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-oracle-'));
  try {
    const flags = [
      '--bcrypt-cost=4',
      '--snapshot-count=10000000',
      '--max-wals=0',
      ...(options.flags ?? []),
      ...(seed % 2 === 1 ? jwt(dir) : []),
    ];
    await using cluster = await EtcdCluster.start({ programs, size: members, flags });
    await using follower = await takeSeat(cluster);
    try {
      return await new OracleRun(options, cluster, follower, dir).run();
    } catch (error) {
      await ended(cluster);
      const message = `seed ${seed}: ${String(error)}${lastWords(cluster)}`;
      if (cluster.members.every(({ isRunning }) => isRunning)) {
        throw new Error(message, { cause: error });
      }
      throw new MemberDied(message, { cause: error });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** etcd has a fault of its own; what it did last can't be compared. */
export class MemberDied extends Error {}

/** A member that has cut its connections may still be about to end: for a while that is waited for. */
async function ended({ members }: EtcdCluster): Promise<void> {
  for (let i = 0; i < ENDING_POLLS && members.every(({ isRunning }) => isRunning); i += 1) {
    await sleep(ENDING_POLL_MS);
  }
}

/** How each member is, and what it said at last: why it ended, where it did. */
function lastWords({ members }: EtcdCluster): string {
  return members
    .map(
      member =>
        `\n${member.name}, ${member.condition}:\n${fatal(member.log()) ?? member.logTail()}`,
    )
    .join('');
}

function fatal(log: string): string | undefined {
  const at = log.search(/^panic:|"level":"(?:fatal|panic)"|^goroutine /m);
  return at < 0 ? undefined : log.slice(at, at + 4_000);
}

/** Tokens that hold the auth revision of their time: requests with old ones get into the log, to be refused there. */
function jwt(dir: string): string[] {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const [pub, priv] = [join(dir, 'jwt.pub'), join(dir, 'jwt.key')];
  writeFileSync(pub, publicKey);
  writeFileSync(priv, privateKey, { mode: 0o600 });
  return [`--auth-token=jwt,pub-key=${pub},priv-key=${priv},sign-method=RS256,ttl=60m`];
}

class OracleRun {
  readonly #options: RunOptions;
  readonly #cluster: EtcdCluster;
  readonly #follower: Follower;
  readonly #dir: string;
  readonly #dice: Dice;
  readonly #entries: Entry[] = [];
  readonly #failures: string[] = [];
  #comparisons = 0;
  #rows = 0;
  #walEntries = 0;
  #last: RunResult['last'];
  #restarts = 0;
  #moves = 0;

  constructor(options: RunOptions, cluster: EtcdCluster, follower: Follower, dir: string) {
    this.#options = options;
    this.#cluster = cluster;
    this.#follower = follower;
    this.#dir = dir;
    this.#dice = new Dice(options.seed + 2);
  }

  async run(): Promise<RunResult> {
    const { programs, operations, seed, every, members } = this.#options;
    const ids = await memberIds(this.#cluster);
    const memberIdTexts = ids.map(id => id.toString());
    const script = this.#options.script?.values();
    const random = new Generator({ seed, line: programs.line, memberIds: memberIdTexts });
    const requests = { next: () => script?.next().value ?? random.next() };
    const workers = script === undefined ? (this.#options.workers ?? WORKERS) : 1;
    const load = new OracleLoad(requests, this.#cluster.endpoints, seed, workers);
    const models = ids.map(id => new MemberModel(id, programs.version, members));
    try {
      // From 3.6 on a newcomer that is more than a hundred entries late is sent a snapshot.
      await load.ask(0, 'put', 'KV/Put', { key: Buffer.from('first') });
      await until(async () => (await this.#follower.count('first')) > 0, 'the log arrives');
      if (script === undefined) await load.run(random.preparations, 1);
      for (let done = 0; done < operations && this.#failures.length === 0; done += every) {
        await this.#runLoad(load, Math.min(every, operations - done), ids);
        // A member over its quota answers with an error, and applies the request.
        const isTold = this.#options.flags === undefined;
        let isExact = members === 1 && this.#restarts === 0 && isTold;
        for (const [member, model] of models.entries()) {
          isExact = (await this.#compare(load, member, model)) && isExact;
        }
        if (isExact) this.#count(load, models);
        if (this.#failures.length > 0) break;
        load.recent.length = 0;
        for (const { recent } of models) recent.length = 0;
        if (this.#options.disturbed === true) await this.#restart(load, models);
      }
      await this.#compareLogs();
    } finally {
      load.close();
    }
    return {
      load,
      models,
      comparisons: this.#comparisons,
      rows: this.#rows,
      walEntries: this.#walEntries,
      last: this.#last,
      restarts: this.#restarts,
      moves: this.#moves,
      failures: this.#failures,
      entries: this.#entries,
    };
  }

  #count(load: OracleLoad, models: readonly MemberModel[]): void {
    for (const { outcomes } of models) this.#failures.push(...countDifferences(load, outcomes));
  }

  /** The load; the leader moves in the middle of it. */
  async #runLoad(load: OracleLoad, operations: number, ids: readonly bigint[]): Promise<void> {
    const running = load.run(operations);
    if (this.#options.disturbed === true && ids.length > 1) {
      if (await moveLeader(load, ids, this.#dice)) this.#moves += 1;
    }
    await running;
  }

  /**
   * What the seat was sent must be, byte for byte, what the members have in their own logs; but for the passwords and
   * tokens, which no log of ours ever holds. Ends the members.
   */
  async #compareLogs(): Promise<void> {
    for (const member of this.#cluster.members) {
      await member.stop('SIGKILL');
      const wal = await WalDirectory.open(member.dataDir);
      let count = 0;
      for await (const entry of wal.entries(1, this.#entries.length)) {
        const received = this.#entries[entry.index - 1];
        const [sent] = redactEntries([entry]);
        const found = differences(sent, received).map(text => `entry ${entry.index}: ${text}`);
        this.#failures.push(...found.map(text => `the log of ${member.name}: ${text}`));
        count += 1;
      }
      // A follower may not have written the end yet when it was stopped; a single member has.
      const least = this.#cluster.members.length === 1 ? this.#entries.length : 1;
      if (count < least) this.#failures.push(`${count} entries in the log of ${member.name}`);
      this.#walEntries += count;
    }
  }

  /** Reads the member's database and moves its model to the same entry; false when there may be later ones. */
  async #compare(load: OracleLoad, member: number, model: MemberModel): Promise<boolean> {
    const path = join(this.#dir, `m${member}.db`);
    // On 3.4 the database names the last entry that wrote a key: this is to be it.
    const isExact = !this.#isOld || (await fence(load, member));
    writeFileSync(path, await load.snapshot(member));
    const everything = await readAll(path);
    rmSync(path);
    await this.#judge(model, everything);
    return isExact;
  }

  /**
   * Stops a member, looks at what it leaves behind, and starts it again. What it had applied and not
   * stored it applies again, and without the clients that waited for it.
   */
  async #restart(load: OracleLoad, models: readonly MemberModel[]): Promise<void> {
    const at = this.#dice.roll(models.length);
    const [model, member] = [models[at], this.#cluster.members[at]];
    if (model === undefined || member === undefined) throw new Error(`no member ${at}`);
    // What 3.4 stores of an entry says nothing of its index: all of it has to be there.
    const signal = this.#isOld || this.#dice.chance(0.3) ? 'SIGTERM' : 'SIGKILL';
    const { applied } = await leaderOf(load, at);
    await member.stop(signal);
    await until(() => this.#follower.log.lastIndex >= applied, `the seat has entry ${applied}`);
    const everything = await readAll(join(member.dataDir, 'member', 'snap', 'db'));
    await this.#judge(model, everything);
    if (this.#isOld) model.goBackTo(everything.meta.index);
    model.restarted(this.#follower.log.lastIndex);
    member.start();
    await startAgain(load, at);
    this.#restarts += 1;
  }

  async #judge(model: MemberModel, everything: Everything): Promise<void> {
    const { version } = this.#options.programs;
    const { index } = everything.meta;
    await this.#receive(index);
    this.#advance(model, index);
    let failures = judge(model, everything, version);
    // 3.4 stores no index for entries that wrote no key: a lease that ends, for one.
    while (this.#isOld && failures.length > 0 && model.index < this.#entries.length) {
      this.#advance(model, model.index + 1);
      if (judge(model, everything, version).length === 0) failures = [];
    }
    this.#comparisons += 1;
    this.#rows += everything.rows.length;
    this.#keep(model, everything);
    const where = `member ${model.id.toString(16)} at entry ${index}`;
    this.#failures.push(...failures.map(failure => `${where}: ${failure}`));
    for (const entry of model.unannounced.splice(0)) {
      this.#failures.push(`${where}: applied otherwise than expected, unannounced: ${entry}`);
    }
  }

  /** What the member holds now, for a stored run. */
  #keep(model: MemberModel, everything: Everything): void {
    const { programs, members, seed } = this.#options;
    const { version } = programs;
    this.#last = {
      entries: this.#entries.slice(0, model.index),
      expected: {
        about: `seed ${seed}, ${model.index} entries`,
        version,
        memberId: model.id.toString(16),
        voters: members,
        contents: plainJson(contentsOfFile(everything, contentsOfModel(model, version), version)),
      },
    };
  }

  get #isOld(): boolean {
    return this.#options.programs.line === '3.4';
  }

  #advance(model: MemberModel, to: number): void {
    while (model.index < to) {
      const entry = this.#entries[model.index];
      if (entry === undefined) throw new Error(`entry ${model.index + 1} was not received`);
      model.apply(entry);
    }
  }

  /** Takes the log from the seat up to this index, which must be committed. */
  async #receive(to: number): Promise<void> {
    const { log } = this.#follower;
    await until(() => log.lastIndex >= to, `the seat has entry ${to}`);
    const last = this.#isOld ? log.lastIndex : to;
    while (this.#entries.length < last) {
      const next = this.#entries.length + 1;
      for (const entry of await log.read(next, last, 4 * 1024 * 1024)) {
        this.#entries.push({ ...entry, data: Uint8Array.from(entry.data) });
      }
    }
  }
}

/** A write, so that the database names its entry; false when an alarm is up, which refuses it. */
async function fence(load: OracleLoad, member: number): Promise<boolean> {
  try {
    await load.ask(member, 'put', 'KV/Put', { key: Buffer.from('fence') });
    return true;
  } catch (error) {
    if (/space exceeded|corrupt/.test(refusalOf(error))) return false;
    throw error;
  }
}

async function memberIds(cluster: EtcdCluster): Promise<bigint[]> {
  const printed = await cluster.etcdctl(['member', 'list', '-w', 'fields']);
  const ids = [...printed.matchAll(/"ID" : (\d+)\n"Name" : "(.*)"/g)];
  return cluster.members.map(({ name }) => {
    const found = ids.find(match => match[2] === name);
    if (found?.[1] === undefined) throw new Error(`no ID of ${name} in ${printed}`);
    return BigInt(found[1]);
  });
}
