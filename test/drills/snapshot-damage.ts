import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { EtcdCluster } from '../kit/cluster.ts';
import { seededRandom } from '../kit/load.ts';
import { CommandError, runCommand } from '../kit/run-command.ts';
import { stateOfFile } from '../snapshot/compare.ts';
import { type Everything, Folder, outcome, withTrailer } from '../snapshot/file.ts';
import { History, ROOT_PASSWORD } from '../snapshot/history.ts';
import { snapshotTool, toolEnvironment } from '../snapshot/restored.ts';
import type { Drill, DrillOptions, Findings } from './findings.ts';

const OPERATIONS = 200;
const HASH_BYTES = 32;
const CODE = /^SNAPSHOT_(DAMAGED|HASH|NOT_BBOLT): /;
/** bbolt walks some damage without an end. */
const TOOL_TIMEOUT_MS = 30_000;

type Damage = (data: Buffer, below: (limit: number) => number) => Buffer;

const flipped: Damage = (data, below) => {
  const at = below(data.length);
  data.writeUInt8(data.readUInt8(at) ^ (1 << below(8)), at);
  return data;
};
const cut: Damage = (data, below) => data.subarray(0, below(data.length));

/** Damaged files beside what etcd's own tool says of them: what it refuses may not come out as another state here. */
export const snapshotDamage: Drill = {
  name: 'snapshot-damage',
  about: "flipped bits and cut files, judged beside etcd's own tool",
  async run(options, findings) {
    using folder = new Folder();
    const path = folder.path('saved.db');
    await saveHistory(options, path);
    const saved = readFileSync(path).subarray(0, -HASH_BYTES);
    const whole = await outcome(folder.write(saved, 'whole.db'));
    if (typeof whole === 'string') throw new Error(whole);
    if (await isRefused(options.source, folder.path('whole.db'))) {
      throw new Error('the tool refuses the whole file');
    }
    findings.figure('bytes of the file, rows', `${saved.length}, ${whole.rows.length}`);
    await judge(options, findings, folder, {
      what: 'a flipped bit',
      damage: flipped,
      saved,
      whole,
    });
    await judge(options, findings, folder, { what: 'a cut file', damage: cut, saved, whole });
    await sealed(options, findings, folder, saved);
  },
};

async function saveHistory({ source, seed }: DrillOptions, path: string): Promise<void> {
  await using cluster = await EtcdCluster.start({ programs: source });
  const history = new History(cluster.endpoints, seed);
  try {
    await history.run(OPERATIONS);
    await cluster.etcdctl([`--user=root:${ROOT_PASSWORD}`, 'snapshot', 'save', path]);
  } finally {
    history.close();
  }
}

interface Case {
  readonly what: string;
  readonly damage: Damage;
  readonly saved: Buffer;
  readonly whole: Everything;
}

async function judge(
  { source, seed, flips }: DrillOptions,
  findings: Findings,
  folder: Folder,
  { what, damage, saved, whole }: Case,
): Promise<void> {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const count = { both: 0, usAlone: 0, toolAlone: 0, neitherSame: 0, neitherOther: 0 };
  const faults: string[] = [];
  for (let round = 0; round < flips; round += 1) {
    const path = folder.write(damage(Buffer.from(saved), below));
    const ours = await outcome(path);
    const tool = await isRefused(source, path);
    if (typeof ours === 'string') {
      if (!CODE.test(ours)) faults.push(`${what} ${round}: ${ours}`);
      count[tool ? 'both' : 'usAlone'] += 1;
    } else {
      const isSame = isDeepStrictEqual(contents(ours), contents(whole));
      if (tool && !isSame) faults.push(`${what} ${round}: another state of what the tool refuses`);
      count[tool ? 'toolAlone' : isSame ? 'neitherSame' : 'neitherOther'] += 1;
    }
  }
  findings.figure(
    `${what}, without a hash: refused by both; by us alone; by the tool alone, the state being right`,
    `${count.both}; ${count.usAlone}; ${count.toolAlone}`,
  );
  findings.figure(
    `${what}: refused by neither, the state being right; a value being another`,
    `${count.neitherSame}; ${count.neitherOther}`,
  );
  findings.none(`${what}: no code, or a wrong state that the tool refuses`, faults);
}

/** With its hash, no damage goes through. */
async function sealed(
  { seed, flips }: DrillOptions,
  findings: Findings,
  folder: Folder,
  saved: Buffer,
): Promise<void> {
  const random = seededRandom(seed + 1);
  const whole = withTrailer(saved);
  const faults: string[] = [];
  for (let round = 0; round < flips; round += 1) {
    const damaged = flipped(Buffer.from(whole), limit => Math.floor(random() * limit));
    const ours = await outcome(folder.write(damaged));
    if (typeof ours !== 'string') faults.push(`round ${round}: taken`);
    else if (!CODE.test(ours)) faults.push(`round ${round}: ${ours}`);
  }
  findings.none(`of ${flips} flipped bits with the hash behind: taken, or no code`, faults);
}

/** All that replication takes from a file. */
function contents(everything: Everything): unknown {
  const { index, term } = everything.meta;
  return { index, term, ...stateOfFile(everything) };
}

/** Whether `snapshot status`, which checks the whole database from 3.5 on, fails in any way. */
async function isRefused(programs: EtcdBinaries, path: string): Promise<boolean> {
  try {
    await runCommand(snapshotTool(programs), ['snapshot', 'status', path], {
      env: toolEnvironment(),
      timeoutMs: TOOL_TIMEOUT_MS,
    });
    return false;
  } catch (error) {
    if (error instanceof CommandError) return true;
    throw error;
  }
}
