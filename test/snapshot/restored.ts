import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EtcdBinaries } from '../kit/binaries-types.ts';
import { EtcdMember } from '../kit/cluster.ts';
import { freePort } from '../kit/ports.ts';
import { runCommand } from '../kit/run-command.ts';

/** What does `snapshot restore` and `snapshot status` in a release. */
export const snapshotTool = (programs: EtcdBinaries): string =>
  programs.etcdutl ?? programs.etcdctl;

/** `etcdctl` of 3.4 speaks the API of version 2 unless told otherwise, and the other's variables may be set. */
export const toolEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  ETCDCTL_API: '3',
});

/** A member started on a file that the release's own tool restored, with its check of the hash. */
export class RestoredMember {
  readonly member: EtcdMember;
  readonly #dir: string;

  private constructor(member: EtcdMember, dir: string) {
    this.member = member;
    this.#dir = dir;
  }

  static async start(
    programs: EtcdBinaries,
    file: string,
    flags: readonly string[] = [],
  ): Promise<RestoredMember> {
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-restored-'));
    const [client, peer] = [await freePort(), await freePort()];
    const cluster = `r0=http://127.0.0.1:${peer}`;
    await runCommand(
      snapshotTool(programs),
      [
        'snapshot',
        'restore',
        file,
        '--name=r0',
        `--data-dir=${join(dir, 'r0')}`,
        `--initial-cluster=${cluster}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
        ...flags,
      ],
      { env: toolEnvironment() },
    );
    const args = [`--initial-cluster=${cluster}`];
    const member = new EtcdMember('r0', programs.etcd, dir, client, peer, args);
    member.start();
    return new RestoredMember(member, dir);
  }

  /** The database that the member writes; readable when it has stopped. */
  get database(): string {
    return join(this.#dir, 'r0', 'member', 'snap', 'db');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.member.stop('SIGKILL');
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
