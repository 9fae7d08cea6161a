// Two real clusters, a seat, a mixed load, three failures, and a comparison by an independent client.
// Exit 0 only if both clusters hold the same in the end.
import { setTimeout as sleep } from 'node:timers/promises';
import { availableReleases } from '../test/kit/binaries.ts';
import { readContents } from '../test/kit/compare.ts';
import { Load } from '../test/kit/load.ts';
import { Pair } from '../test/kit/pair.ts';

const started = Date.now();

function say(text: string): void {
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

async function sayLag(pair: Pair): Promise<void> {
  const { lag, positions, phase } = await pair.syncer.status();
  say(
    `        ${phase}: confirmed entry ${positions.confirmed} of ${positions.committed}, lag ${lag.entries} entries, ${(lag.seconds * 1000).toFixed(0)} ms`,
  );
}

async function main(): Promise<number> {
  const releases = await availableReleases();
  const release = releases.find(({ version }) => version === '3.5.30') ?? releases.at(-1);
  if (release === undefined) {
    console.error('No etcd could be had: put one on the PATH, or name a folder with ETCD_BIN_DIR.');
    return 3;
  }
  say(`etcd ${release.version}: starting a source of three members and a destination`);
  await using pair = await Pair.start({ source: release, destination: release, sourceSize: 3 });
  say(`took the seat: etcdctl member add etcd-syncer --learner --peer-urls=${pair.syncer.peerUrl}`);
  pair.syncer.start();
  await pair.syncer.caughtUp();
  say('etcd-syncer run: caught up');

  const load = new Load({ endpoints: pair.source.endpoints, seed: 42 });
  say('load: registrations with leases, updates on mod revisions, deletes by prefix, transactions');
  say('      and transactions in transactions, all through the etcd3 client');
  await sleep(4_000);
  await sayLag(pair);

  const leader = await pair.source.leader();
  say(`killing the leader of the source, ${leader.name}`);
  await leader.stop('SIGKILL');
  await sleep(4_000);
  await sayLag(pair);
  leader.start();
  say(`${leader.name} is back`);

  say('SIGKILL of etcd-syncer');
  await pair.syncer.kill('SIGKILL');
  await sleep(2_000);
  pair.syncer.start();
  await pair.syncer.caughtUp();
  say('started again: resumed from its checkpoint');
  await sayLag(pair);

  say('stopping the destination');
  await pair.destination.members[0]?.stop('SIGKILL');
  await sleep(4_000);
  await sayLag(pair);
  pair.destination.members[0]?.start();
  await pair.destination.ready();
  say('the destination is back');
  await sleep(3_000);
  await sayLag(pair);

  await load.stop();
  say(`load ended: ${load.done} requests, ${load.failed} failed while members were down`);
  for (const [kind, count] of load.doneByKind) say(`        ${kind}: ${count}`);
  const found = await pair.settledDifferences();
  const { keys, leases } = await readContents(pair.destination.endpoints);
  for (const line of found.slice(0, 20)) say(`        ${line}`);
  if (found.length > 0) {
    say(`NOT equal: ${found.length} differences`);
    return 1;
  }
  say(
    `equal: ${keys.size} keys with values and bindings, ${leases.size} leases, compared with the etcd3 client`,
  );
  return 0;
}

process.exitCode = await main();
