import { setTimeout as sleep } from 'node:timers/promises';
import type { EtcdBinaries } from './binaries-types.ts';
import { type ClusterTls, EtcdCluster } from './cluster.ts';
import { settledDifferences } from './compare.ts';
import { Syncer, type SyncerOptions } from './syncer.ts';

export interface PairOptions {
  readonly source: EtcdBinaries;
  readonly destination: EtcdBinaries;
  readonly sourceSize?: number;
  readonly sourceFlags?: readonly string[];
  readonly destinationFlags?: readonly string[];
  readonly syncerArgs?: readonly string[];
  readonly syncerOptions?: SyncerOptions;
  readonly sourceTls?: ClusterTls;
  readonly destinationTls?: ClusterTls;
  /** Flags of every etcdctl call to the source and to the destination. */
  readonly ctlFlags?: readonly string[];
}

/** A source, a destination and a syncer with its seat between them. */
export class Pair {
  readonly source: EtcdCluster;
  readonly destination: EtcdCluster;
  readonly syncer: Syncer;

  private constructor(source: EtcdCluster, destination: EtcdCluster, syncer: Syncer) {
    this.source = source;
    this.destination = destination;
    this.syncer = syncer;
  }

  /** Starts the clusters and adds the seat; the syncer is started by the test. */
  static async start(options: PairOptions): Promise<Pair> {
    const { sourceSize = 1, sourceFlags = [], destinationFlags = [], syncerArgs = [] } = options;
    const { sourceTls = {}, destinationTls = {}, ctlFlags = [] } = options;
    const source = await EtcdCluster.start({
      programs: options.source,
      size: sourceSize,
      flags: sourceFlags,
      tls: sourceTls,
      ctlFlags,
    });
    const destination = await EtcdCluster.start({
      programs: options.destination,
      flags: destinationFlags,
      tls: destinationTls,
      ctlFlags,
    });
    const args = [
      `--source-endpoints=${source.endpoints.join(',')}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
      ...syncerArgs,
    ];
    const syncer = await Syncer.create(args, options.syncerOptions);
    const pair = new Pair(source, destination, syncer);
    await pair.addSeat();
    return pair;
  }

  /** A young cluster refuses members for its first seconds ("unhealthy cluster"). */
  async addSeat(): Promise<bigint> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.source.addLearner(this.syncer.peerUrl);
      } catch (error) {
        if (attempt === 30 || !String(error).includes('unhealthy cluster')) throw error;
        await sleep(500);
      }
    }
  }

  /** With the load at rest: waits until the destination has it all, then compares. */
  settledDifferences(timeoutMs?: number): Promise<string[]> {
    return settledDifferences(this.source, this.destination, timeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.syncer[Symbol.asyncDispose]();
    await this.source[Symbol.asyncDispose]();
    await this.destination[Symbol.asyncDispose]();
  }
}
