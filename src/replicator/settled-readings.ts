import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, SyncerError, systemCode } from '../ops/errors.ts';
import { replaceFile } from '../ops/files.ts';

const FILE = 'settled-readings.json';

/** By which reading an ambiguous entry is applied. */
export interface SettledReading {
  readonly index: number;
  readonly term: number;
  readonly reading: string;
}

/**
 * What was settled of entries that the state is not past: after a crash they are applied again, and must come
 * out as they did for the destination, whatever can be asked then. A file of the data directory, of few lines.
 */
export class SettledReadings {
  readonly #path: string;
  #readings: readonly SettledReading[];

  constructor(path: string, readings: readonly SettledReading[] = []) {
    this.#path = path;
    this.#readings = readings;
  }

  /** Errors: DATA_DIR. */
  static async open(dataDir: string): Promise<SettledReadings> {
    const path = join(dataDir, FILE);
    try {
      return new SettledReadings(path, JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return new SettledReadings(path);
      throw new SyncerError('DATA_DIR', `${path}: ${errorText(error)}`, {}, { cause: error });
    }
  }

  /** undefined when it was never settled. */
  of(index: number, term: number): string | undefined {
    return this.#readings.find(settled => settled.index === index && settled.term === term)
      ?.reading;
  }

  /** Durable when it resolves. Those up to `durable` are forgotten. Errors: DATA_DIR. */
  async keep(settled: SettledReading, durable: number): Promise<void> {
    this.#readings = [...this.#readings.filter(({ index }) => index > durable), settled];
    try {
      await replaceFile(this.#path, `${JSON.stringify(this.#readings)}\n`);
    } catch (error) {
      throw new SyncerError('DATA_DIR', `${this.#path}: ${errorText(error)}`, {}, { cause: error });
    }
  }
}
