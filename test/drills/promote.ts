import { setTimeout as sleep } from 'node:timers/promises';
import type { PromotionStatus } from '../../src/promote/types.ts';
import { Load, seededRandom } from '../kit/load.ts';
import { PromotePair, reportOf } from '../kit/promote-pair.ts';
import type { Drill, DrillOptions, Findings } from './findings.ts';
import { spread } from './findings.ts';
import { keysAt } from './keys-at.ts';
import { clientsOn, makeUsers, Owners, WRITTEN_LAST } from './promote-clients.ts';
import { SingleWrites } from './single-writes.ts';
import { until } from './until.ts';

const LONGEST_LOAD_MS = 4_000;
const LEASE_TTL = 8;
const LEASES = 100;
const LEASES_OF_A_KILL = 20;
/** Revisions above the highest that the source is known to have given out. */
const BUMP = 1_000;
/** Keys of the single writes that nobody writes again or deletes. */
const WRITTEN_ONCE = /^\/single\/once\//;

/** The cut-over: planned once, and after SIGKILL of the source again and again. */
export const promote: Drill = {
  name: 'promote',
  about: 'the cut-over: planned, and after the source was killed at random moments under load',
  async run(options, findings) {
    await planned(options, findings);
    await unplanned(options, findings);
  },
};

/** Writers stopped at a known write; half of the owners of leases move over, the others are dead. */
async function planned(options: DrillOptions, findings: Findings): Promise<void> {
  await using setup = await PromotePair.start(options);
  const { source, destination, syncer } = setup.pair;
  syncer.start();
  await syncer.caughtUp();
  await makeUsers(source);
  await using owners = await Owners.start(source.endpoints, LEASES, LEASE_TTL);
  const load = new Load({ endpoints: source.endpoints, seed: options.seed });
  const singles = new SingleWrites(source.endpoints);
  await sleep(3_000);
  await load.stop();
  await singles.stop();
  await source.etcdctl(['put', WRITTEN_LAST, 'the last write']);
  const startedMs = performance.now();
  await using program = setup.begin([`--bump-revision=${BUMP}`]);
  await syncer.until(({ promotion }) => promotion?.step === 'settling leases', 120_000);
  const openMs = performance.now() - startedMs;
  const { promotion } = await syncer.status();
  findings.figure('planned: seconds until clients may come', (openMs / 1_000).toFixed(1));
  findings.check(
    'planned: nothing is said to be lost',
    promotion?.complete === true,
    String(promotion?.complete),
  );
  const last = await destination.etcdctl(['get', WRITTEN_LAST, '--print-value-only']);
  findings.check('planned: the last write is there', last.trim() === 'the last write', last.trim());
  const wanted = await keysAt(source.endpoints, promotion?.revision);
  const there = await keysAt(destination.endpoints);
  findings.none('planned: differences', wanted.differencesTo(there));
  findings.figure('planned: keys compared', wanted.size);
  const revision = promotion?.destination_revision ?? 0;
  const highest = promotion?.highest_revision ?? 0;
  findings.check(
    'planned: revision above that of the source',
    revision > highest + BUMP,
    `${revision} > ${highest} + ${BUMP}`,
  );
  await owners.moveHalf(destination.endpoints);
  const code = await program.exited();
  const { leases } = (await syncer.status()).promotion ?? {};
  findings.check('planned: exit code', code === 0, String(code));
  findings.figure('planned: leases', JSON.stringify(leases));
  findings.none(
    'planned: leases that went another way',
    await owners.faults(destination.endpoints),
  );
  findings.none('planned: what clients met', await clientsOn(destination, highest));
}

async function unplanned(options: DrillOptions, findings: Findings): Promise<void> {
  const random = seededRandom(options.seed);
  const wrong: string[] = [];
  const rounds: Round[] = [];
  for (let kill = 1; kill <= options.kills; kill += 1) {
    const round = await one(options, random, kill % 2 === 0);
    rounds.push(round);
    wrong.push(...round.wrong.map(text => `kill ${kill}: ${text}`));
    const { status, beyond } = round;
    console.error(
      `  kill ${kill}: ${round.wrong.length} faults, revision ${status.revision}, the source had ${beyond} more`,
    );
    for (const text of round.wrong) console.error(`    ${text}`);
  }
  const sum = (of: (round: Round) => number): number => rounds.reduce((n, r) => n + of(r), 0);
  findings.none(
    `unplanned, ${options.kills} kills: other than the source at the stated revision, or clients that can't go on`,
    wrong,
  );
  findings.figure(
    'unplanned: keys compared',
    sum(({ keys }) => keys),
  );
  findings.figure(
    'unplanned: leases that went on, that ended',
    `${sum(({ leases }) => leases?.alive ?? 0)}, ${sum(({ leases }) => leases?.revoked ?? 0)}`,
  );
  findings.figure(
    'unplanned: seconds until clients may come, 5 of them waiting for the source',
    spread(
      rounds.map(({ seconds }) => seconds),
      1,
    ),
  );
  findings.figure(
    'unplanned: entries not known committed',
    spread(rounds.map(({ status }) => status.unapplied)),
  );
  findings.figure(
    'unplanned: revisions of the source beyond the stated one',
    spread(rounds.map(({ beyond }) => beyond)),
  );
}

interface Round {
  readonly wrong: readonly string[];
  readonly seconds: number;
  readonly status: PromotionStatus;
  /** Revisions that the source had given out beyond the stated one. */
  readonly beyond: number;
  readonly keys: number;
  readonly leases: PromotionStatus['leases'];
}

/** @param isAlone the replicator is killed, too: the command has its data directory and nothing else */
async function one(options: DrillOptions, random: () => number, isAlone: boolean): Promise<Round> {
  await using setup = await PromotePair.start(options);
  const { source, destination, syncer } = setup.pair;
  const [member] = source.members;
  if (member === undefined) throw new Error('the source has no member');
  syncer.start();
  await syncer.caughtUp();
  await makeUsers(source);
  await using owners = await Owners.start(source.endpoints, LEASES_OF_A_KILL, LEASE_TTL);
  const load = new Load({ endpoints: source.endpoints, seed: Math.floor(random() * 1e9) });
  const singles = new SingleWrites(source.endpoints);
  await until(() => load.done > 20, 'the load to begin');
  await sleep(random() * LONGEST_LOAD_MS);
  const { confirmed } = (await syncer.status()).positions;
  const arrived = await keysAt(destination.endpoints);
  await member.stop('SIGKILL');
  if (isAlone) await syncer.kill('SIGKILL');
  owners.pause();
  await Promise.all([load.stop(), singles.stop()]);

  const startedMs = performance.now();
  await using program = setup.begin(['--accept-loss', `--bump-revision=${BUMP}`]);
  const isOpen = (): boolean => program.stderr.includes('settling leases') || !program.isRunning;
  await until(isOpen, 'the command to let clients in', 120_000).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${program.stderr.slice(-3_000)}`);
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  const there = await keysAt(destination.endpoints);
  await owners.moveHalf(destination.endpoints);
  const code = await program.exited();
  const status = reportOf(program, code);
  const wrong: string[] = [];
  if (code !== 0) wrong.push(`exit ${code}: ${JSON.stringify(status.error ?? status.hindrances)}`);
  if (status.complete !== false) wrong.push('it says that nothing is lost');
  if (status.confirmed < confirmed)
    wrong.push(`${confirmed} was confirmed, it is at ${status.confirmed}`);
  for (const key of arrived.keys()) {
    if (WRITTEN_ONCE.test(key) && !there.has(key)) wrong.push(`${key} was there and is gone`);
  }
  wrong.push(...(await owners.faults(destination.endpoints)));

  member.start();
  await source.ready();
  const wanted = await keysAt(source.endpoints, status.revision);
  wrong.push(...wanted.differencesTo(there));
  const highest = Math.max(status.highest_revision, wanted.current);
  if (status.destination_revision <= highest)
    wrong.push(`revision ${status.destination_revision} is not above the source's ${highest}`);
  wrong.push(...(await clientsOn(destination, highest)));
  const beyond = wanted.current - status.revision;
  return { wrong, seconds, status, beyond, keys: wanted.size, leases: status.leases };
}
