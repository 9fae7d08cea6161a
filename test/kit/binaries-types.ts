/** The executables of one etcd release. */
export interface EtcdBinaries {
  /** Release line, for example `3.5`. */
  readonly line: string;
  /** What `etcd --version` says, for example `3.5.30`. */
  readonly version: string;
  readonly etcd: string;
  readonly etcdctl: string;
  /** Absent on 3.4, where etcdctl does its work. */
  readonly etcdutl?: string;
  /** Where they came from, for people. */
  readonly origin: string;
}

/** A release that the suites want, and the ways there are to get it. */
export interface WantedRelease {
  readonly line: string;
  readonly version: string;
  /** Debian suites that carry it or a later patch of its line, best first. */
  readonly debianSuites: readonly string[];
  /** Whether it can be built by import path from the Go module. */
  readonly goModule: boolean;
}

/** The releases that the suites run against. */
export const WANTED_RELEASES: readonly WantedRelease[] = [
  { line: '3.4', version: '3.4.23', debianSuites: ['bookworm'], goModule: false },
  { line: '3.5', version: '3.5.16', debianSuites: ['trixie'], goModule: true },
  {
    line: '3.5',
    version: '3.5.30',
    debianSuites: ['forky', 'testing', 'sid'],
    goModule: true,
  },
  { line: '3.6', version: '3.6.14', debianSuites: [], goModule: true },
  { line: '3.7', version: '3.7.1', debianSuites: [], goModule: true },
];

/** The release line of a version: `3.5` of `3.5.30`. */
export function lineOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Compares two versions by number; negative when the first is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Says on standard error what is being fetched or built. */
export function progress(message: string): void {
  process.stderr.write(`etcd binaries: ${message}\n`);
}
