import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file with a token of operators; gone when disposed. */
export class OperatorToken implements Disposable {
  readonly path: string;
  readonly #dir: string;

  constructor() {
    this.#dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-token-'));
    this.path = join(this.#dir, 'token');
    writeFileSync(this.path, 'a token that only this test knows\n'.replaceAll(' ', '-'), {
      mode: 0o600,
    });
  }

  get flag(): string {
    return `--http-token-file=${this.path}`;
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
