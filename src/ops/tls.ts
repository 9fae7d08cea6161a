import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { errorText, SyncerError } from './errors.ts';
import type { Logger } from './logger.ts';

const POLL_MS = 5_000;

/** Paths of PEM files. The pair of key and certificate serves both directions, as etcd's peers do. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Contents of the files, in the form that Node's TLS takes. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly minVersion: 'TLSv1.2';
}

/**
 * Certificate files that are read again when they change. Files that can't be used are reported once
 * and the last good ones stay in use.
 */
export class TlsSource {
  readonly #files: TlsFiles;
  readonly #logger: Logger;
  readonly #onChange: (() => void)[] = [];
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
    const source = new TlsSource(files, logger, await load(files), stamp);
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
      this.#material = await load(this.#files);
      this.#stamp = stamp;
      this.#reported = '';
      this.#logger.info('certificate files have changed and are in use');
      for (const handler of this.#onChange) handler();
    } catch (error) {
      const text = errorText(error);
      if (text === this.#reported) return;
      this.#reported = text;
      this.#logger.error({ code: 'TLS_FILES', error }, 'new certificate files can not be used');
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

async function load(files: TlsFiles): Promise<TlsMaterial> {
  try {
    const material = {
      minVersion: 'TLSv1.2' as const,
      ...(files.ca === undefined ? {} : { ca: await readFile(files.ca) }),
      ...(files.cert === undefined ? {} : { cert: await readFile(files.cert) }),
      ...(files.key === undefined ? {} : { key: await readFile(files.key) }),
    };
    // Refuses what is no PEM and a key that does not fit its certificate.
    createSecureContext(material);
    return material;
  } catch (error) {
    throw new SyncerError(
      'TLS_FILES',
      `certificate files: ${errorText(error)}`,
      {},
      { cause: error },
    );
  }
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
