import { setTimeout as sleep } from 'node:timers/promises';
import { Load, seededRandom } from '../kit/load.ts';
import { type Promoted, PromotePair } from '../kit/promote-pair.ts';
import type { Drill, DrillOptions, Findings } from './findings.ts';
import { spread } from './findings.ts';
import { keysAt } from './keys-at.ts';
import { clientsOn, Owners } from './promote-clients.ts';
import { SingleWrites } from './single-writes.ts';
import { until } from './until.ts';

const LONGEST_LOAD_MS = 4_000;
const LEASE_TTL = 8;
const LEASES = 100;

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
  await source.etcdctl(['user', 'add', 'root:root-password']);
  await source.etcdctl(['user', 'grant-role', 'root', 'root']).catch(async () => {
    await source.etcdctl(['role', 'add', 'root']);
    await source.etcdctl(['user', 'grant-role', 'root', 'root']);
  });
  await source.etcdctl(['role', 'add', 'reader']);
  await source.etcdctl(['role', 'grant-permission', 'reader', 'read', 'app/', 'app0']);
  await source.etcdctl(['user', 'add', 'alice:alice-password']);
  await source.etcdctl(['user', 'grant-role', 'alice', 'reader']);
  const owners = await Owners.start(source.endpoints, LEASES, LEASE_TTL);
  const load = new Load({ endpoints: source.endpoints, seed: options.seed });
  const singles = new SingleWrites(source.endpoints);
  await sleep(3_000);
  await load.stop();
  await singles.stop();
  await source.etcdctl(['put', 'app/last', 'the last write']);
  const startedMs = performance.now();
  const program = setup.begin(['--bump-revision=1000']);
  await syncer.until(({ promotion }) => promotion?.step === 'settling leases', 120_000);
  const openMs = performance.now() - startedMs;
  const { promotion } = await syncer.status();
  findings.figure('planned: seconds until clients may come', (openMs / 1_000).toFixed(1));
  findings.check(
    'planned: nothing is said to be lost',
    promotion?.complete === true,
    String(promotion?.complete),
  );
  const last = await destination.etcdctl(['get', 'app/last', '--print-value-only']);
  findings.check('planned: the last write is there', last.trim() === 'the last write', last.trim());
  const wanted = await keysAt(source.endpoints, promotion?.revision);
  const there = await keysAt(destination.endpoints);
  findings.none('planned: differences', wanted.differencesTo(there));
  findings.figure('planned: keys compared', wanted.size);
  const revision = promotion?.destination_revision ?? 0;
  const highest = promotion?.highest_revision ?? 0;
  findings.check(
    'planned: revision above that of the source',
    revision > highest + 1_000,
    `${revision} > ${highest} + 1000`,
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
  await owners.stop();
  findings.none('planned: what clients met', await clientsOn(destination, highest));
}

async function unplanned(options: DrillOptions, findings: Findings): Promise<void> {
  const random = seededRandom(options.seed);
  const wrong: string[] = [];
  const seconds: number[] = [];
  const unapplied: number[] = [];
  const behind: number[] = [];
  let keys = 0;
  for (let kill = 1; kill <= options.kills; kill += 1) {
    const round = await one(options, random, kill % 2 === 0);
    wrong.push(...round.wrong.map(text => `kill ${kill}: ${text}`));
    seconds.push(round.seconds);
    unapplied.push(round.promoted.status.unapplied);
    behind.push(round.lost);
    keys += round.keys;
    console.error(
      `  kill ${kill}: ${round.wrong.length} faults, revision ${round.promoted.status.revision}`,
    );
  }
  findings.none(
    `unplanned, ${options.kills} kills: other than the source at the stated revision`,
    wrong,
  );
  findings.figure('unplanned: keys compared', keys);
  findings.figure('unplanned: seconds of the command', spread(seconds, 1));
  findings.figure('unplanned: entries not known committed', spread(unapplied));
  findings.figure('unplanned: revisions of the source beyond the stated one', spread(behind));
}

/** @param isAlone the replicator is killed, too: the command has its data directory and nothing else */
async function one(options: DrillOptions, random: () => number, isAlone: boolean) {
  await using setup = await PromotePair.start(options);
  const { source, destination, syncer } = setup.pair;
  const [member] = source.members;
  if (member === undefined) throw new Error('the source has no member');
  syncer.start();
  await syncer.caughtUp();
  const load = new Load({ endpoints: source.endpoints, seed: Math.floor(random() * 1e9) });
  const singles = new SingleWrites(source.endpoints);
  await until(() => load.done > 20, 'the load to begin');
  await sleep(random() * LONGEST_LOAD_MS);
  const { confirmed } = (await syncer.status()).positions;
  await member.stop('SIGKILL');
  if (isAlone) await syncer.kill('SIGKILL');
  await Promise.all([load.stop(), singles.stop()]);
  const startedMs = performance.now();
  const promoted: Promoted = await setup.promote(['--accept-loss']);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { code, status } = promoted;
  const wrong: string[] = [];
  if (code !== 0) wrong.push(`exit ${code}: ${JSON.stringify(status.error ?? status.hindrances)}`);
  if (status.complete !== false) wrong.push('it says that nothing is lost');
  if (status.confirmed < confirmed)
    wrong.push(`${confirmed} was confirmed, it is at ${status.confirmed}`);
  member.start();
  await source.ready();
  const wanted = await keysAt(source.endpoints, status.revision);
  wrong.push(...wanted.differencesTo(await keysAt(destination.endpoints)));
  const lost = wanted.current - status.revision;
  return { wrong, seconds, promoted, lost, keys: wanted.size };
}
