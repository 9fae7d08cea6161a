import { stat } from 'node:fs/promises';
import { errorText, SyncerError, toSyncerError } from './errors.ts';
import type { Logger } from './logger.ts';
import { expiredOf, loadTlsFiles, type TlsFiles, type TlsMaterial } from './tls-files.ts';
import { probeTls } from './tls-probe.ts';

export type { TlsFiles, TlsMaterial } from './tls-files.ts';

const POLL_MS = 5_000;
/** A server that fails is looked at this often at most. */
const PROBE_EVERY_MS = 5_000;
const MAX_PROBED = 64;
/** Nobody to shake hands with: TLS is not the cause. */
const NOT_REACHED =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL/;

/**
 * Certificate files that are read again when they change. Files that can't be used are reported once
 * and the last good ones stay in use.
 */
export class TlsSource {
  readonly #files: TlsFiles;
  readonly #logger: Logger;
  readonly #onChange: (() => void)[] = [];
  readonly #probed = new Map<string, { atMs: number; finding: Promise<SyncerError | undefined> }>();
  #material: TlsMaterial;
  #stamp: string;
  #reported = '';
  #timer: NodeJS.Timeout | undefined;

  private constructor(files: TlsFiles, logger: Logger, material: TlsMaterial, stamp: string) {
    this.#files = files;
    this.#logger = logger;
    this.#material = material;
    this.#stamp = stamp;
  }

  /** Reads the files and starts to watch them. Errors: TLS_FILES. */
  static async open(files: TlsFiles, logger: Logger): Promise<TlsSource> {
    const stamp = await stampOf(files);
    const source = new TlsSource(files, logger, await loadTlsFiles(files), stamp);
    source.#warnOfExpired();
    if (files.ca !== undefined || files.cert !== undefined) {
      source.#timer = setInterval(() => void source.refresh(), POLL_MS);
      source.#timer.unref();
    }
    return source;
  }

  get material(): TlsMaterial {
    return this.#material;
  }

  onChange(handler: () => void): void {
    this.#onChange.push(handler);
  }

  /** Looks at the files now. */
  async refresh(): Promise<void> {
    try {
      const stamp = await stampOf(this.#files);
      if (stamp === this.#stamp) return;
      this.#material = await loadTlsFiles(this.#files);
      this.#stamp = stamp;
      this.#reported = '';
      this.#probed.clear();
      const { ca, cert } = this.#files;
      this.#logger.info({ ca, cert }, 'certificate files have changed and are in use');
      this.#warnOfExpired();
      for (const handler of this.#onChange) handler();
    } catch (cause) {
      const error = toSyncerError(cause);
      if (error.message === this.#reported) return;
      this.#reported = error.message;
      this.#logger.error({ code: error.code, error }, 'new certificate files can not be used');
    }
  }

  /**
   * Why a connection to `url` (http(s)://host:port) failed, when TLS is the cause: TLS_UNTRUSTED,
   * TLS_EXPIRED, TLS_NAME, TLS_REFUSED or TLS_MISMATCH with the certificates' subjects; else
   * undefined. Connects to look, every few seconds at most.
   */
  async explain(url: string, failure: unknown): Promise<SyncerError | undefined> {
    const isOurs = failure instanceof Error && failure.name === 'AbortError';
    if (isOurs || NOT_REACHED.test(reasonOf(failure))) return undefined;
    const { protocol, hostname, port, host } = new URL(url);
    const nowMs = performance.now();
    const before = this.#probed.get(host);
    if (before !== undefined && nowMs - before.atMs < PROBE_EVERY_MS) return await before.finding;
    if (this.#probed.size >= MAX_PROBED) this.#probed.clear();
    const secure = protocol === 'https:';
    const target = {
      url,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || (secure ? 443 : 80)),
      secure,
    };
    const finding = probeTls(target, this.#files, this.#material);
    this.#probed.set(host, { atMs: nowMs, finding });
    return await finding;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #warnOfExpired(): void {
    for (const expired of expiredOf(this.#files, this.#material, Date.now())) {
      this.#logger.error(
        { code: 'TLS_EXPIRED', ...expired },
        'a certificate of ours is not valid now',
      );
    }
  }
}

/** The text and the system's code of an error and its causes. */
function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const code = 'code' in failure ? String(failure.code) : '';
  const parts = failure instanceof AggregateError ? failure.errors.map(reasonOf) : [];
  return [code, failure.message, ...parts].join(' ');
}

/** Changes when any of the files does, also when a symbolic link is turned (Kubernetes secrets). */
async function stampOf(files: TlsFiles): Promise<string> {
  const stamps: string[] = [];
  for (const path of [files.ca, files.cert, files.key]) {
    if (path === undefined) continue;
    try {
      const { mtimeMs, ino, size } = await stat(path);
      stamps.push(`${mtimeMs}:${ino}:${size}`);
    } catch (error) {
      throw new SyncerError('TLS_FILES', `${path}: ${errorText(error)}`, {}, { cause: error });
    }
  }
  return stamps.join(' ');
}
