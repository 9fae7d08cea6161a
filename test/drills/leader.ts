import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdMember } from '../kit/cluster.ts';
import { readContents } from '../kit/compare.ts';
import { Load } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { CheckpointWatch } from './checkpoint-watch.ts';
import { type Drill, spread } from './findings.ts';
import { judgeSingleWrites, SingleWrites } from './single-writes.ts';
import { until } from './until.ts';

const SETTLE_MS = 120_000;
const CALM_MS = 2_000;

/** The source's leader is killed and comes back, or hands over, in turns. */
export const leader: Drill = {
  name: 'leader',
  about: "the source's leader killed and restarted, or moved, under load",
  async run(options, findings) {
    await using pair = await Pair.start({ ...options, sourceSize: 3 });
    await using watch = await CheckpointWatch.start(pair.destination.endpoints);
    const { syncer, source } = pair;
    syncer.start();
    await syncer.caughtUp();
    const before = await syncer.status();
    const load = new Load({ endpoints: source.endpoints, seed: options.seed });
    const singles = new SingleWrites(source.endpoints);
    const pauses: number[] = [];
    let moves = 0;
    for (let change = 0; change < options.changes; change += 1) {
      await sleep(CALM_MS);
      const old = await leaderOf(pair);
      const startedMs = performance.now();
      if (change % 2 === 0) await old.stop('SIGKILL');
      else moves += await moveLeader(pair, old);
      await until(async () => (await leaderOf(pair)) !== old, 'another leader');
      await followed(pair);
      pauses.push((performance.now() - startedMs) / 1_000);
      if (!old.isRunning) old.start();
    }
    await sleep(CALM_MS);
    await load.stop();
    await singles.stop();
    await source.ready();
    findings.none('differences at the end', await pair.settledDifferences(SETTLE_MS));
    await watch.complete();
    const after = await syncer.status();
    const { keys, leases } = await readContents(pair.destination.endpoints);
    findings.figure(
      'changes',
      `${options.changes}: ${options.changes - moves} kills, ${moves} moves`,
    );
    findings.figure('term', `${before.source.term} to ${after.source.term}`);
    findings.figure('seconds until what the new leader committed was there', spread(pauses, 1));
    findings.figure('longest pause of the checkpoint in seconds', watch.longestPause().toFixed(1));
    findings.figure('requests answered', load.done + singles.done);
    findings.figure(
      'requests failed meanwhile',
      `${load.failed + singles.failed} ${load.lastFailure}`,
    );
    findings.figure('keys, leases compared', `${keys.size}, ${leases.size}`);
    await judgeSingleWrites(pair, findings);
    findings.none('checkpoints that went back or were missed', watch.faults());
    findings.check('processes that claimed it', watch.writers === 1, watch.writers);
    const votes = await votesAnswered(pair);
    findings.check('votes that our seat was asked for', votes === 0, votes);
    const { ours, theirs } = voteLines(pair, after.source.member_id);
    findings.check("members' log lines on votes and candidates", theirs > 0, theirs);
    findings.none('of them that name our seat', ours);
  },
};

async function leaderOf(pair: Pair): Promise<EtcdMember> {
  let found: EtcdMember | undefined;
  await until(async () => {
    found = await pair.source.leader();
    return true;
  }, 'a leader');
  if (found === undefined) throw new Error('the source has no leader');
  return found;
}

/** Hands leadership to another voter; one that is not up to date refuses it, then another is tried. */
async function moveLeader(pair: Pair, from: EtcdMember): Promise<number> {
  await until(async () => {
    for (const line of (await pair.source.etcdctl(['member', 'list'])).trim().split('\n')) {
      const [id, , name, , , isLearner] = line.split(',').map(field => field.trim());
      if (id === undefined || name === from.name || isLearner === 'true') continue;
      await pair.source.etcdctl(['move-leader', id]);
      return true;
    }
    return false;
  }, 'the leader to move');
  return 1;
}

/** Waits until an entry that was committed after the change is at the destination. */
async function followed(pair: Pair): Promise<void> {
  await until(async () => {
    const value = `${Date.now()}`;
    await pair.source.etcdctl(['put', '/after-change', value]);
    await until(
      async () => (await pair.destination.etcdctl(['get', '/after-change'])).includes(value),
      'the write after the change',
    );
    return true;
  }, 'a write through the new leader');
}

async function votesAnswered(pair: Pair): Promise<number> {
  let sum = 0;
  const metrics = await pair.syncer.get('/metrics');
  for (const [, value] of metrics.matchAll(/^etcd_syncer_votes_total(?:\{[^}]*\})? (\d+)$/gm)) {
    sum += Number(value);
  }
  return sum;
}

/** raft's lines on votes and candidates in the members' logs, and those of them with our ID. */
function voteLines(pair: Pair, memberId: string): { ours: string[]; theirs: number } {
  const ours: string[] = [];
  let theirs = 0;
  for (const member of pair.source.members) {
    for (const line of member.log().split('\n')) {
      if (!/Msg(Pre)?Vote|became (pre-)?candidate|elected leader/.test(line)) continue;
      theirs += 1;
      if (line.includes(memberId)) ours.push(line);
    }
  }
  return { ours, theirs };
}
