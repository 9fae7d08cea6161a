// Gets the etcd releases that the tests and the demo run against, and prints where they are.
import { ensureAllBinaries } from '../test/kit/binaries.ts';

const rows: string[][] = [['LINE', 'VERSION', 'FROM', 'FOLDER']];
const missing: string[] = [];
for (const result of await ensureAllBinaries()) {
  const { line, version } = result.wanted;
  if ('binaries' in result) {
    const { binaries } = result;
    const shown =
      binaries.version === version ? version : `${binaries.version} (wanted ${version})`;
    rows.push([line, shown, binaries.origin, binaries.etcd.replace(/\/etcd$/, '')]);
  } else {
    rows.push([line, version, 'NOT THERE', '-']);
    missing.push(`etcd ${version} could not be had: ${result.reason.replaceAll('\n', '\n  ')}`);
  }
}
const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)));
for (const row of rows) {
  const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
}
for (const message of missing) process.stderr.write(`${message}\n`);
process.exitCode = missing.length === 0 ? 0 : 1;
