/** What two values differ in, a line for each place, both sides shown; at most `limit` of them. */
export function differences(etcd: unknown, ours: unknown, limit = 40): string[] {
  const found: string[] = [];
  compare('', etcd, ours, found, limit);
  return found;
}

function compare(path: string, etcd: unknown, ours: unknown, found: string[], limit: number): void {
  if (found.length >= limit) return;
  const [a, b] = [entriesOf(etcd), entriesOf(ours)];
  if (a === undefined || b === undefined) {
    if (shown(etcd) !== shown(ours)) {
      found.push(`${path || 'all'}: etcd has ${shown(etcd)}, we have ${shown(ours)}`);
    }
    return;
  }
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    compare(`${path}/${name}`, a.get(name), b.get(name), found, limit);
  }
}

/** The parts of a composite value by name; undefined for a simple one. */
function entriesOf(value: unknown): Map<string, unknown> | undefined {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [escaped(String(key)), item]));
  }
  if (value instanceof Set) return new Map([...value].map(item => [String(item), true]));
  return new Map(Object.entries(value));
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex') || 'no bytes';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return `"${escaped(value)}"`;
  if (value instanceof Map || value instanceof Set) return `${value.size} items`;
  return value === undefined ? 'nothing' : JSON.stringify(value, withBigints);
}

const withBigints = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value;

function escaped(text: string): string {
  return text.replaceAll(
    /[^\x20-\x7e]/g,
    char => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
