import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PromotionStatus } from '../../src/promote/types.ts';
import { Pair, type PairOptions } from './pair.ts';
import { Program } from './program.ts';

export interface Promoted {
  readonly code: number | null;
  readonly status: PromotionStatus;
}

/** A pair whose syncer knows operators, and `promote` for it. */
export class PromotePair {
  readonly pair: Pair;
  readonly #dir: string;
  readonly #token: string;

  private constructor(pair: Pair, dir: string, token: string) {
    this.pair = pair;
    this.#dir = dir;
    this.#token = token;
  }

  static async start(options: PairOptions): Promise<PromotePair> {
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-token-'));
    const token = join(dir, 'token');
    writeFileSync(token, `${'0123456789abcdef'.repeat(2)}\n`, { mode: 0o600 });
    const syncerArgs = [`--http-token-file=${token}`, ...(options.syncerArgs ?? [])];
    return new PromotePair(await Pair.start({ ...options, syncerArgs }), dir, token);
  }

  /** `promote --json` to its end. */
  async promote(args: readonly string[] = []): Promise<Promoted> {
    const program = this.begin(args);
    const code = await program.exited();
    return { code, status: reportOf(program, code) };
  }

  begin(args: readonly string[] = []): Program {
    const { source, destination, syncer } = this.pair;
    return new Program([
      'promote',
      '--json',
      `--source-endpoints=${source.endpoints.join(',')}`,
      `--dest-endpoints=${destination.endpoints.join(',')}`,
      `--data-dir=${syncer.dataDir}`,
      `--listen-peer-urls=${syncer.peerUrl}`,
      `--http-listen=${syncer.httpAddress}`,
      `--http-token-file=${this.#token}`,
      ...args,
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pair[Symbol.asyncDispose]();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** What `promote --json` has printed. */
export function reportOf({ stdout, stderr }: Program, code: number | null): PromotionStatus {
  if (stdout.trim() === '') throw new Error(`exit ${code}: ${stderr.slice(-3_000)}`);
  return JSON.parse(stdout) as PromotionStatus;
}
