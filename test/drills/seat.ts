import { Load } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import type { Drill, DrillOptions } from './findings.ts';
import { until } from './until.ts';

const ENDS = [
  { command: 'remove', code: 'SEAT_REMOVED' },
  { command: 'promote', code: 'SEAT_PROMOTED' },
] as const;

/** The seat is taken away from a running replicator, or made a voter. */
export const seat: Drill = {
  name: 'seat',
  about: 'member remove and member promote under load, on sources of one and of three members',
  async run(options, findings) {
    const failed: string[] = [];
    for (const { command, code } of ENDS) {
      for (const sourceSize of [1, 3]) {
        const wrong: string[] = [];
        for (let round = 0; round < options.seats; round += 1) {
          wrong.push(...(await endSeat(options, sourceSize, command, code, failed)));
        }
        findings.none(
          `member ${command}, source of ${sourceSize}, ${options.seats} times: other than ${code}, exit 3, a source that goes on`,
          wrong,
        );
      }
    }
    findings.figure('requests failed meanwhile', failed.length === 0 ? 'none' : failed.join('; '));
  },
};

async function endSeat(
  options: DrillOptions,
  sourceSize: number,
  command: string,
  code: string,
  failed: string[],
): Promise<string[]> {
  await using pair = await Pair.start({ ...options, sourceSize });
  const { syncer, source } = pair;
  syncer.start();
  await syncer.caughtUp();
  const load = new Load({ endpoints: source.endpoints, seed: options.seed });
  await until(() => load.done > 100, 'the load to begin');
  const id = (await syncer.status()).source.member_id;
  // On a young log a few entries under way are a tenth of it, and then nobody is promoted (isLearnerReady, server.go).
  await until(async () => {
    await source.etcdctl(['member', command, id]);
    return true;
  }, `member ${command}`);
  const exit = await syncer.exited();
  const { done } = load;
  await until(() => load.done > done + 100, 'the source to go on');
  await load.stop();
  if (load.failed > 0) failed.push(`${load.failed} at ${command}: ${load.lastFailure}`);
  const wrong: string[] = [];
  if (exit !== 3) wrong.push(`exit ${exit}`);
  if (!syncer.output.includes(code)) wrong.push(`no ${code} in: ${syncer.output.slice(-300)}`);
  if ((await source.etcdctl(['member', 'list'])).includes(syncer.peerUrl)) {
    wrong.push('the seat is still there');
  }
  return wrong;
}
