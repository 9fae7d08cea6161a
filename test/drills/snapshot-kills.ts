import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../kit/load.ts';
import { bootstrap, Folder, startBootstrap } from './bootstrapping.ts';
import { equalContents } from './equal.ts';
import type { Drill } from './findings.ts';
import { MemorySampler, mib } from './memory.ts';
import { largeCluster, load } from './plain-loader.ts';

const PLAN = { batch: 1_000, workers: 2 };
const MEMORY_LIMIT = 300 * 1024 * 1024;

/** `bootstrap --snapshot` killed at random moments of its way, gone on with, equal in the end. */
export const snapshotKills: Drill = {
  name: 'snapshot-kills',
  about: 'SIGKILL of a bootstrap from a backup file at random moments, gone on with',
  async run(options, findings) {
    await using source = await largeCluster(options, 'source');
    await load(source, options.keys, PLAN);
    using folder = new Folder();
    const file = join(folder.path, 'backup.db');
    await source.etcdctl(['snapshot', 'save', file, '--command-timeout=300s']);
    let wholeSeconds = await (async () => {
      await using destination = await largeCluster(options, 'destination');
      const asked = { source, destination, file, dataDir: join(folder.path, 'whole') };
      return (await bootstrap(asked)).seconds;
    })();
    findings.figure(
      'keys, seconds of a run that is left alone',
      `${options.keys}, ${wholeSeconds}`,
    );
    const random = seededRandom(options.seed);
    const moments: string[] = [];
    const faults: string[] = [];
    let [kills, ends, peak, peakAnonymous] = [0, 0, 0, 0];
    // A run that comes to its end is compared, and the next one begins with an empty destination.
    while (kills < options.kills) {
      await using destination = await largeCluster(options, 'destination');
      const asked = { source, destination, file, dataDir: join(folder.path, `killed-${ends}`) };
      for (let hasEnded = false; !hasEnded; ) {
        const startedMs = performance.now();
        await using program = await startBootstrap(asked);
        const memory = new MemorySampler(() => program.pid);
        const lifeMs = kills < options.kills ? random() * wholeSeconds * 1_000 : undefined;
        await (lifeMs === undefined
          ? program.exited()
          : Promise.race([sleep(lifeMs), program.exited()]));
        memory.stop();
        peak = Math.max(peak, ...memory.samples.map(({ total }) => total));
        peakAnonymous = Math.max(peakAnonymous, ...memory.samples.map(s => s.anonymous));
        if (program.isRunning) {
          await program.kill('SIGKILL');
          kills += 1;
          moments.push(lastStep(program.stderr));
          continue;
        }
        hasEnded = true;
        // The machine may have had more to do before: lives as long as that would mostly end by themselves.
        wholeSeconds = Math.min(wholeSeconds, (performance.now() - startedMs) / 1_000);
        const code = await program.exited();
        if (code !== 0) faults.push(`exit code ${code}: ${program.stderr.slice(-300)}`);
      }
      faults.push(...(await equalContents(source, destination)));
      ends += 1;
    }
    findings.figure(`${kills} kills, while`, counted(moments));
    findings.figure('ways from an empty destination to the end', ends);
    findings.none('ends with an error, and differences', faults);
    findings.check(
      'peak RSS over all runs, of it anonymous',
      peak <= MEMORY_LIMIT,
      `${mib(peak)}, ${mib(peakAnonymous)}`,
    );
  },
};

/** What it said last, without its numbers. */
function lastStep(log: string): string {
  const messages = [...log.matchAll(/"msg":"([^"]*)"/g)].map(([, text = '']) => text);
  const last = messages.findLast(text => !text.startsWith('bootstrapping: ')) ?? 'nothing said yet';
  const step = messages.findLast(text => text.startsWith('bootstrapping: '));
  return step === undefined ? last : `${last}, ${step.split(' ')[1]}`;
}

function counted(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => `${count} ${text}`).join('; ');
}
