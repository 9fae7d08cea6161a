import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Status } from '../../src/replicator/status.ts';
import type { EtcdBinaries } from './binaries-types.ts';
import { EtcdCluster } from './cluster.ts';
import { settledDifferences } from './compare.ts';
import { freePort } from './ports.ts';
import { Syncer } from './syncer.ts';

export interface ReplicasOptions {
  readonly source: EtcdBinaries;
  readonly destination: EtcdBinaries;
  readonly sourceSize?: number;
  readonly sourceFlags?: readonly string[];
  /** 2 unless given. */
  readonly count?: number;
  readonly syncerArgs?: readonly string[];
  /** All replicas have the same peer URL. */
  readonly sharesUrl?: boolean;
}

/** A source, a destination, and replicas between them of which one writes. */
export class Replicas {
  readonly source: EtcdCluster;
  readonly destination: EtcdCluster;
  readonly syncers: readonly Syncer[];
  readonly #dir: string;

  private constructor(
    source: EtcdCluster,
    destination: EtcdCluster,
    syncers: readonly Syncer[],
    dir: string,
  ) {
    this.#dir = dir;
    this.source = source;
    this.destination = destination;
    this.syncers = syncers;
  }

  /** Starts the clusters; the replicas are started by the test. */
  static async start(options: ReplicasOptions): Promise<Replicas> {
    const { sourceSize = 1, sourceFlags = [], count = 2, syncerArgs = [] } = options;
    const shared = options.sharesUrl === true ? `http://127.0.0.1:${await freePort()}` : undefined;
    const source = await EtcdCluster.start({
      programs: options.source,
      size: sourceSize,
      flags: sourceFlags,
    });
    const destination = await EtcdCluster.start({ programs: options.destination });
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-token-'));
    const tokenFile = join(dir, 'token');
    writeFileSync(tokenFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    const syncers: Syncer[] = [];
    for (let i = 0; i < count; i += 1) {
      const args = [
        `--source-endpoints=${source.endpoints.join(',')}`,
        `--dest-endpoints=${destination.endpoints.join(',')}`,
        '--join',
        '--ha',
        `--http-token-file=${tokenFile}`,
        `--replica-name=r${i}`,
        ...syncerArgs,
      ];
      syncers.push(await Syncer.create(args, shared === undefined ? {} : { peerUrl: shared }));
    }
    return new Replicas(source, destination, syncers, dir);
  }

  /** Starts one and waits until it writes and has caught up. */
  async startWriter(at = 0): Promise<Syncer> {
    const syncer = this.at(at);
    syncer.start();
    await syncer.caughtUp(60_000);
    return syncer;
  }

  /** What operators show. */
  get tokenFile(): string {
    return join(this.#dir, 'token');
  }

  at(index: number): Syncer {
    const syncer = this.syncers[index];
    if (syncer === undefined) throw new Error(`there is no replica ${index}`);
    return syncer;
  }

  /** Learners of the source: ID and peer URL of each. */
  async seats(): Promise<readonly { readonly id: string; readonly url: string }[]> {
    const text = await this.source.etcdctl(['member', 'list']);
    return text
      .trim()
      .split('\n')
      .map(line => line.split(', '))
      .filter(fields => fields.at(-1) === 'true')
      .map(([id = '', , , url = '']) => ({ id, url }));
  }

  /** With the load at rest: waits until the destination has it all, then compares. */
  settledDifferences(timeoutMs?: number): Promise<string[]> {
    return settledDifferences(this.source, this.destination, timeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const syncer of this.syncers) await syncer[Symbol.asyncDispose]();
    await this.source[Symbol.asyncDispose]();
    await this.destination[Symbol.asyncDispose]();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Whether a replica writes and has caught up. */
export function isWriting(status: Status): boolean {
  return status.ha?.role === 'writer' && status.phase === 'replicating';
}

/** Whether a replica stands by and lacks nothing of what the writer has. */
export function isWarm(status: Status): boolean {
  return status.ha?.standby?.warm === true && status.ha.standby.lag_entries === 0;
}
