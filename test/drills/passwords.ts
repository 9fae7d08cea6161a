import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { CoreFolder } from '../kit/core-dump.ts';
import { Pair } from '../kit/pair.ts';
import {
  enableAuth,
  outgrowLog,
  ROOT_PASSWORD,
  shortLogFlags,
} from '../replication/auth-helpers.ts';
import { filesHolding } from '../replication/files-holding.ts';
import { peersOf } from '../transport/follower.ts';
import type { Drill, DrillOptions, Findings } from './findings.ts';
import { until } from './until.ts';

const USERS = 20;
/** What has come since when a process is at rest: what Node.js read passwords into was used for something else. */
const ENTRIES_AFTER = 500;
const REST_MS = 10_000;
const PARALLEL = 8;

/** Looked for by their names, too: a core that does not hold those was not searched. */
const nameOf = (group: string, number: number): string => `name-of-${group}-${number}`;
const passwordOf = (name: string, change: number): string => `secret-${change}-of-${name}-5b0c`;

/** The process is ended by SIGABRT, and the core that it leaves is searched, as is everything else that it shows. */
export const passwords: Drill = {
  name: 'passwords',
  about:
    'no password of the source in logs, metrics, status, data directory and core, by log and by snapshot',
  async run(options, findings) {
    if (CoreFolder.obstacle !== undefined) {
      findings.check('a core can be had', false, CoreFolder.obstacle);
      return;
    }
    await byLog(options, findings);
    await bySnapshot(options, findings);
  },
};

async function byLog(options: DrillOptions, findings: Findings): Promise<void> {
  using cores = new CoreFolder();
  await using pair = await startPair(options, cores);
  start(pair);
  await pair.syncer.caughtUp();
  const root = await enableAuth(pair);
  try {
    const early = [ROOT_PASSWORD, ...(await addUsers(pair, root, 'early'))];
    await allIsThere(pair, root);
    await pair.syncer.kill('SIGABRT');
    const atOnce = cores.take([...early, nameOf('early', 0)]);
    holdsNone(findings, 'in a core as soon as all is there', atOnce, early);

    start(pair);
    await pair.syncer.caughtUp();
    const late = [...early, ...(await addUsers(pair, root, 'late'))];
    await put(root, ENTRIES_AFTER);
    await sleep(REST_MS);
    await allIsThere(pair, root);
    await showsNone(pair, findings, 'by the log', late);
    await pair.syncer.kill('SIGABRT');
    const names = [nameOf('early', 0), nameOf('late', 0)];
    const atRest = cores.take([...late, ...names]);
    holdsNone(findings, `in a core ${ENTRIES_AFTER} entries later`, atRest, late);
  } finally {
    root.close();
  }
}

async function bySnapshot(options: DrillOptions, findings: Findings): Promise<void> {
  using cores = new CoreFolder();
  await using pair = await startPair(options, cores, shortLogFlags(options.source));
  const root = await enableAuth(pair);
  try {
    const words = [ROOT_PASSWORD, ...(await addUsers(pair, root, 'saved'))];
    await outgrowLog(root, options.source);
    start(pair);
    await pair.syncer.caughtUp();
    findings.check('through a snapshot', pair.syncer.output.includes('"msg":"seeded"'), '');
    await allIsThere(pair, root);
    await showsNone(pair, findings, 'by a snapshot', words);
    await pair.syncer.kill('SIGABRT');
    const core = cores.take([...words, nameOf('saved', 0)]);
    holdsNone(findings, 'in a core once the snapshot is loaded', core, words);
  } finally {
    root.close();
  }
}

async function startPair(
  { source, destination }: DrillOptions,
  cores: CoreFolder,
  sourceFlags: readonly string[] = [],
): Promise<Pair> {
  return await Pair.start({
    source,
    destination,
    sourceFlags: ['--bcrypt-cost=4', ...sourceFlags],
    destinationFlags: ['--bcrypt-cost=4'],
    syncerArgs: ['--log-level=trace'],
    syncerOptions: { launcher: cores.launcher },
  });
}

/** By peer URLs, so that it has no password of the source itself. */
function start(pair: Pair): void {
  pair.syncer.start([`--source-peers=${peersOf(pair.source).join(',')}`]);
}

/** Adds users, lets them log in, changes their passwords; all passwords that the source was told. */
async function addUsers({ source }: Pair, root: Etcd3, group: string): Promise<string[]> {
  const open = new Etcd3({ hosts: source.endpoints });
  const words: string[] = [];
  try {
    for (let number = 0; number < USERS; number += 1) {
      const name = nameOf(group, number);
      const [first, second] = [passwordOf(name, 1), passwordOf(name, 2)];
      await root.auth.userAdd({ name, password: first });
      await open.auth.authenticate({ name, password: first });
      await root.auth.userChangePassword({ name, password: second });
      words.push(first, second);
    }
  } finally {
    open.close();
  }
  return words;
}

/** What is put last arrives last: all passwords are hashed by then. */
async function allIsThere({ destination }: Pair, root: Etcd3): Promise<void> {
  const { header } = await root.put('last').value('1');
  const value = String(header.revision);
  await root.put('last').value(value);
  await until(
    async () => (await destination.etcdctl(['get', 'last', '--print-value-only'])).trim() === value,
    'what was put last at the destination',
  );
}

async function put(root: Etcd3, entries: number): Promise<void> {
  let left = entries;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await root.put(`later/${left}`).value('x'.repeat(1_000));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

async function showsNone(
  { syncer }: Pair,
  findings: Findings,
  how: string,
  words: readonly string[],
): Promise<void> {
  const shown = {
    log: syncer.output,
    metrics: await syncer.get('/metrics'),
    status: await syncer.get('/status'),
    page: await syncer.get('/'),
  };
  const found = Object.entries(shown).flatMap(([where, text]) =>
    words.filter(word => text.includes(word)).map(word => `${word} in ${where}`),
  );
  findings.none(`shown, ${how}: log (trace), metrics, status, page`, found);
  findings.none(`in the data directory, ${how}`, filesHolding(syncer.dataDir, words));
}

type Searched = ReturnType<CoreFolder['take']>;

function holdsNone(
  findings: Findings,
  what: string,
  core: Searched,
  words: readonly string[],
): void {
  const found = core.places.filter(({ text }) => words.includes(text));
  const names = core.places.length - found.length;
  findings.check(what, found.length === 0 && names > 0, counted(core, words));
  for (const { text, around } of found.slice(0, 5)) console.error(`${what}: ${text}: ${around}`);
}

function counted({ bytes, places }: Searched, words: readonly string[]): string {
  const found = places.filter(({ text }) => words.includes(text));
  const different = new Set(found.map(({ text }) => text)).size;
  return `${different} of ${words.length} passwords, ${found.length} places; user names in ${places.length - found.length} places; ${Math.round(bytes / 1e6)} MB`;
}
