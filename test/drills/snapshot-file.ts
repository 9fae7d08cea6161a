import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, Folder } from './bootstrapping.ts';
import { equalContents } from './equal.ts';
import { type Drill, median } from './findings.ts';
import { mib } from './memory.ts';
import { largeCluster, load, tryPlans } from './plain-loader.ts';

const MEMORY_LIMIT = 300 * 1024 * 1024;
const LEAST_SHARE = 0.8;

/** `bootstrap --snapshot` into an empty destination: how fast against plain puts, in turns, and at what cost. */
export const snapshotFile: Drill = {
  name: 'snapshot-file',
  about: 'a backup file into an empty destination: rate and memory',
  async run(options, findings) {
    const trials = await tryPlans(options);
    const [fastest] = trials;
    if (fastest === undefined) throw new Error('nothing was tried');
    findings.figure(
      'plain puts a second by batch x workers',
      trials.map(({ batch, workers, rate }) => `${batch}x${workers}: ${rate}`).join(', '),
    );
    await using source = await largeCluster(options, 'source');
    await load(source, options.keys, fastest);
    using folder = new Folder();
    const file = join(folder.path, 'backup.db');
    await source.etcdctl(['snapshot', 'save', file, '--command-timeout=300s']);
    findings.figure('keys, bytes of the file', `${options.keys}, ${mib(statSync(file).size)}`);
    const shares: number[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      const plain = await (async () => {
        await using destination = await largeCluster(options, 'destination');
        return await load(destination, options.keys, fastest);
      })();
      await using destination = await largeCluster(options, 'destination');
      const asked = { source, destination, file, dataDir: join(folder.path, `data-${round}`) };
      const run = await bootstrap(asked);
      const rate = Math.round(options.keys / run.seconds);
      shares.push(rate / plain.rate);
      findings.figure(
        `round ${round}: plain, bootstrap in keys/s, share`,
        `${plain.rate}, ${rate}, ${(rate / plain.rate).toFixed(2)}`,
      );
      findings.check('exit code', run.code === 0, `${run.code} ${run.output.slice(-300)}`);
      findings.figure('of which', run.steps);
      const { total, anonymous, file: mapped } = run.memory;
      findings.check(
        'peak RSS, of it anonymous, of files',
        total <= MEMORY_LIMIT,
        `${mib(total)}, ${mib(anonymous)}, ${mib(mapped)}`,
      );
      findings.none('differences', await equalContents(source, destination));
      const again = await bootstrap(asked);
      findings.check(
        'again: no operations',
        again.output.includes('; 0 puts and deletes'),
        again.output.slice(-200),
      );
    }
    findings.check(
      'share of the plain rate, median',
      median(shares) >= LEAST_SHARE,
      median(shares).toFixed(2),
    );
  },
};
