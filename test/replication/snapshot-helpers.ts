import { rmSync } from 'node:fs';
import { Etcd3, type Watcher } from 'etcd3';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { fill, forEachKey } from '../kit/bulk.ts';
import type { EtcdCluster } from '../kit/cluster.ts';
import type { Pair } from '../kit/pair.ts';
import { seatId } from './bad-input-helpers.ts';

/** 3.4 always keeps 5,000 entries behind its snapshot; later lines can be told to keep fewer. */
const KEPT_BY_34 = 5_000;

/** Flags of a source whose log is soon too short for a seat that was away. */
export function shortLog({ line }: EtcdBinaries): string[] {
  const flags = ['--snapshot-count=100'];
  if (line === '3.5') flags.push('--experimental-snapshot-catchup-entries=100');
  if (line === '3.6' || line === '3.7') flags.push('--snapshot-catchup-entries=100');
  return flags;
}

/** Single puts until the leader's log no longer reaches back to where it was. */
export async function outgrowLog(source: EtcdCluster, { line }: EtcdBinaries): Promise<void> {
  const entries = line === '3.4' ? KEPT_BY_34 + 500 : 500;
  await forEachKey({ endpoints: source.endpoints, from: 0, to: entries }, (client, number) =>
    client
      .put(`churn/${number % 50}`)
      .value(String(number))
      .exec(),
  );
}

/** A leader that sent a snapshot keeps its log for 30 s (etcdserver releaseDelayAfterSnapshot); a restart forgets it. */
export async function restartSource(source: EtcdCluster): Promise<void> {
  const [member] = source.members;
  await member?.stop();
  member?.start();
  await source.ready();
}

/** Some keys, and a log that does not reach back to them: the next one to join gets a snapshot. */
export async function fillBehindLog(
  pair: Pair,
  release: EtcdBinaries,
  keys: number,
): Promise<void> {
  const { endpoints } = pair.source;
  await fill({ endpoints, from: 0, to: keys }, number => `value ${number}`);
  await outgrowLog(pair.source, release);
}

/** The data directory is lost: the seat is removed and added again. */
export async function loseDataDir(pair: Pair): Promise<void> {
  rmSync(pair.syncer.dataDir, { recursive: true, force: true });
  await pair.source.etcdctl(['member', 'remove', await seatId(pair.source, pair.syncer.peerUrl)]);
  await pair.addSeat();
}

/** Number of the log's lines with a message, in the run that began last. */
export function saidInLastRun(output: string, message: string): number {
  const last = output.split('"msg":"took the seat"').at(-1) ?? '';
  return last.split(`"msg":"${message}"`).length - 1;
}

export function leaseIdOf(printed: string): string {
  const id = /lease ([0-9a-f]+)/.exec(printed)?.[1];
  if (id === undefined) throw new Error(`no lease in: ${printed}`);
  return id;
}

/** Sees every delete at a cluster, by an independent client. */
export class DeleteWatch {
  readonly #client: Etcd3;
  readonly #watcher: Watcher;
  readonly deleted: string[] = [];
  puts = 0;

  private constructor(client: Etcd3, watcher: Watcher) {
    this.#client = client;
    this.#watcher = watcher;
    watcher.on('delete', ({ key }) => this.deleted.push(key.toString('latin1')));
    watcher.on('put', () => {
      this.puts += 1;
    });
  }

  static async start({ endpoints }: EtcdCluster): Promise<DeleteWatch> {
    const client = new Etcd3({ hosts: endpoints });
    return new DeleteWatch(client, await client.watch().prefix('').create());
  }

  /** Those of a prefix, once a mark that was put now has come by. */
  async upToNow(): Promise<readonly string[]> {
    const seen = new Promise<void>(resolve => {
      this.#watcher.on('put', ({ key, value }) => {
        if (key.toString() === 'watched' && value.toString() === 'up to here') resolve();
      });
    });
    await this.#client.put('watched').value('up to here');
    await seen;
    await this.#client.delete().key('watched');
    return this.deleted.filter(key => key !== 'watched');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.cancel();
    this.#client.close();
  }
}
