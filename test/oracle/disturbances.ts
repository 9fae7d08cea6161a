import { until } from '../transport/follower.ts';
import { refusalOf } from './client.ts';
import type { Dice } from './dice.ts';
import type { OracleLoad } from './load.ts';

/** Who leads, by the member's own word, and the last entry that the member has applied. */
export async function leaderOf(
  load: OracleLoad,
  member: number,
): Promise<{ readonly leader: bigint; readonly applied: number }> {
  const status = await load.ask(member, 'status (not in the log)', 'Maintenance/Status', {});
  return { leader: BigInt(String(status.leader)), applied: Number(status.raftIndex) };
}

/** Makes another voter lead; false when the cluster was not able to just now. */
export async function moveLeader(
  load: OracleLoad,
  ids: readonly bigint[],
  dice: Dice,
): Promise<boolean> {
  const { leader } = await leaderOf(load, 0);
  const target = dice.pick(ids.filter(id => id !== leader));
  try {
    const request = { targetID: target.toString() };
    const method = 'Maintenance/MoveLeader';
    await load.ask(ids.indexOf(leader), 'move leader (not in the log)', method, request);
    return true;
  } catch (error) {
    if (/timed out|not leader|leader changed|no leader/.test(refusalOf(error))) return false;
    throw error;
  }
}

/** Waits until a member that was started answers, and knows of a leader. */
export async function startAgain(load: OracleLoad, member: number): Promise<void> {
  await until(async () => {
    try {
      return (await leaderOf(load, member)).leader !== 0n;
    } catch (error) {
      if (/unavailable|connect|refused|dropped|leader|ECONN/i.test(refusalOf(error))) return false;
      throw error;
    }
  }, 'the restarted member answers');
}
