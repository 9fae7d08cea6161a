import { setTimeout as sleep } from 'node:timers/promises';
import { readContents } from '../kit/compare.ts';
import { Load, seededRandom } from '../kit/load.ts';
import { Pair } from '../kit/pair.ts';
import { CheckpointWatch } from './checkpoint-watch.ts';
import type { Drill } from './findings.ts';
import { judgeSingleWrites, SingleWrites } from './single-writes.ts';

const SETTLE_MS = 120_000;
/** A life lasts up to this: the shortest end before the checkpoint is claimed, the longest after many batches. */
const LONGEST_LIFE_MS = 4_000;

/** SIGKILL of the replicator again and again under load. */
export const kills: Drill = {
  name: 'kills',
  about: 'SIGKILL of the replicator at random moments under load',
  async run(options, findings) {
    await using pair = await Pair.start(options);
    await using watch = await CheckpointWatch.start(pair.destination.endpoints);
    const { syncer, source } = pair;
    const random = seededRandom(options.seed);
    const phases = new Map<string, number>();
    const ownEnds: string[] = [];
    syncer.start();
    await syncer.caughtUp();
    const load = new Load({ endpoints: source.endpoints, seed: options.seed });
    const singles = new SingleWrites(source.endpoints);
    for (let kill = 0; kill < options.kills; kill += 1) {
      await sleep(random() * LONGEST_LIFE_MS);
      const phase = (await syncer.status().catch(() => undefined))?.phase ?? 'starting';
      phases.set(phase, (phases.get(phase) ?? 0) + 1);
      const code = await syncer.kill('SIGKILL');
      if (code !== null) ownEnds.push(`exit code ${code} by itself: ${syncer.output.slice(-300)}`);
      syncer.start();
    }
    await load.stop();
    await singles.stop();
    findings.none('differences at the end', await pair.settledDifferences(SETTLE_MS));
    await watch.complete();
    const { keys, leases } = await readContents(pair.destination.endpoints);
    findings.figure(`phases of the ${options.kills} kills`, counts(phases));
    findings.none('ends of its own', ownEnds);
    findings.figure('requests answered', load.done + singles.done);
    findings.figure(
      'requests failed meanwhile',
      `${load.failed + singles.failed} ${load.lastFailure}`,
    );
    findings.figure('of the mixed load', counts(load.doneByKind));
    findings.figure('keys, leases compared', `${keys.size}, ${leases.size}`);
    await judgeSingleWrites(pair, findings);
    findings.figure('checkpoints watched', watch.seen.length);
    findings.check('processes that claimed it', watch.writers > 1, watch.writers);
    findings.none('checkpoints that went back or were missed', watch.faults());
  },
};

export function counts(byName: ReadonlyMap<string, number>): string {
  return [...byName].map(([name, count]) => `${count} ${name}`).join(', ');
}
