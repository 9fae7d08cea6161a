import { availableReleases } from '../kit/binaries.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { Pair } from '../kit/pair.ts';
import { freePort } from '../kit/ports.ts';
import { CommandError, runCommand } from '../kit/run-command.ts';
import type { Drill } from './findings.ts';
import { until } from './until.ts';

/** What operators and their scripts ask a cluster. */
const COMMANDS: readonly (readonly string[])[] = [
  ['endpoint', 'health', '--cluster'],
  ['endpoint', 'health', '--cluster', '-w', 'json'],
  ['member', 'list'],
  ['member', 'list', '-w', 'json'],
  ['endpoint', 'status', '--cluster'],
  ['endpoint', 'status', '--cluster', '-w', 'json'],
];

/** What operators see of a source with our seat, beside one with an ordinary learner that has no client URL. */
export const etcdctl: Drill = {
  name: 'etcdctl',
  about: 'what etcdctl says of a source with our seat, and of one with an ordinary learner',
  async run(options, findings) {
    const clients = await availableReleases();
    await using plain = await EtcdCluster.start({ programs: options.source, size: 3 });
    const peerUrl = `http://127.0.0.1:${await freePort()}`;
    await until(async () => (await plain.addLearner(peerUrl)) > 0n, 'the source to take a learner');
    const withLearner = new Map<string, Answer>();
    for (const { version, etcdctl: program } of clients) {
      for (const command of COMMANDS) {
        const name = `${version} ${command.join(' ')}`;
        withLearner.set(name, await ask(program, plain, command));
      }
    }
    await using pair = await Pair.start({ ...options, sourceSize: 3 });
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const codes = new Map<string, number>();
    for (const { version, etcdctl: program } of clients) {
      const different: string[] = [];
      for (const command of COMMANDS) {
        const name = `${version} ${command.join(' ')}`;
        const ours = await ask(program, pair.source, command);
        const theirs = withLearner.get(name);
        codes.set(`exit ${ours.code}`, (codes.get(`exit ${ours.code}`) ?? 0) + 1);
        if (theirs?.code !== ours.code || theirs.shape !== ours.shape) {
          different.push(
            `${command.join(' ')}: exit ${ours.code}, a learner's ${theirs?.code}\n${ours.shape}\n--- a learner's\n${theirs?.shape}`,
          );
        }
      }
      findings.none(`etcdctl ${version}, differences in ${COMMANDS.length} commands`, different);
    }
    findings.figure(
      'exit codes',
      [...codes].map(([code, count]) => `${count} times ${code}`).join(', '),
    );
  },
};

interface Answer {
  readonly code: number;
  /** What it printed, both streams, with all that differs from cluster to cluster made equal. */
  readonly shape: string;
}

async function ask(
  program: string,
  cluster: EtcdCluster,
  command: readonly string[],
): Promise<Answer> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('ETCD'));
  const env = { ...Object.fromEntries(kept), ETCDCTL_API: '3' };
  const endpoint = `--endpoints=${cluster.members[0]?.clientUrl}`;
  try {
    return { code: 0, shape: shapeOf(await runCommand(program, [endpoint, ...command], { env })) };
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === undefined) throw error;
    return { code: error.exitCode, shape: shapeOf(error.stderr) };
  }
}

/** IDs, addresses, sizes, times and the order of lines go; words, columns and fields stay. */
function shapeOf(output: string): string {
  if (/^\s*[[{]/.test(output)) return JSON.stringify(shapeOfJson(JSON.parse(output)), null, 1);
  return (
    output
      .replaceAll(/\bm[0-2]\b/g, 'NAME')
      .replaceAll(/127\.0\.0\.1:\d+/g, 'ADDRESS')
      .replaceAll(/\d+(\.\d+)?(ns|µs|ms|s)\b/g, 'TIME')
      .replaceAll(/\d+(\.\d+)? [kKMG]i?B\b/g, 'SIZE')
      .replaceAll(/\b\d+\.\d+\.\d+\b/g, 'VERSION')
      .replaceAll(/\b[0-9a-f]{12,16}\b/g, 'ID')
      .replaceAll(/(, )\d+\b/g, '$1NUMBER')
      // The columns IS LEADER and IS LEARNER of endpoint status.
      .replaceAll(/\b(true|false)(?=, (true|false), NUMBER)/g, 'IS-LEADER')
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
      .toSorted()
      .join('\n')
  );
}

/** Field names and types; truth values stay as they are. */
function shapeOfJson(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(item => JSON.stringify(shapeOfJson(item))).toSorted();
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, shapeOfJson(field)]),
    );
  }
  return typeof value === 'boolean' ? value : typeof value;
}
