import { readFileSync } from 'node:fs';

const SAMPLE_MS = 250;

/** Resident memory of a process, in bytes. */
export interface Resident {
  readonly total: number;
  /** Without pages of files, such as those of the state's store, which the kernel takes back at will. */
  readonly anonymous: number;
  /** Those pages of files; the program itself is some 43 MiB of it. */
  readonly file: number;
}

/** Samples the resident memory of whatever process is the replicator, from /proc, until it is stopped. */
export class MemorySampler {
  readonly samples: Resident[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param pid the process now; 0 while there is none */
  constructor(pid: () => number) {
    this.#timer = setInterval(() => {
      const now = residentOf(pid());
      if (now !== undefined) this.samples.push(now);
    }, SAMPLE_MS);
  }

  get max(): Resident {
    return {
      total: Math.max(...this.samples.map(({ total }) => total)),
      anonymous: Math.max(...this.samples.map(({ anonymous }) => anonymous)),
      file: Math.max(...this.samples.map(({ file }) => file)),
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function residentOf(pid: number): Resident | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    // Between two processes there is none.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  // The peak that the kernel has seen, between two samples as well.
  const total = field('VmHWM');
  // A process that has ended and is not collected yet has no memory.
  return total === 0 ? undefined : { total, anonymous: field('RssAnon'), file: field('RssFile') };
}

export function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
