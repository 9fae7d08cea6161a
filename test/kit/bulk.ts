import { Etcd3 } from 'etcd3';

/** Requests under way at once. */
const WORKERS = 32;

export interface BulkOptions {
  readonly endpoints: readonly string[];
  /** Numbers of the keys, from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly auth?: { readonly username: string; readonly password: string };
}

/** Does something for each number, many at a time, with one client. */
export async function forEachKey(
  { endpoints, from, to, auth }: BulkOptions,
  work: (client: Etcd3, number: number) => Promise<unknown>,
): Promise<void> {
  const client = new Etcd3({ hosts: [...endpoints], ...(auth === undefined ? {} : { auth }) });
  try {
    let next = from;
    const worker = async (): Promise<void> => {
      while (next < to) {
        const number = next;
        next += 1;
        await work(client, number);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
  } finally {
    client.close();
  }
}

/** Puts numbered keys in transactions of a hundred: fast, and one entry each. */
export async function fill(options: BulkOptions, value: (number: number) => string): Promise<void> {
  const { endpoints, from, to } = options;
  const pieces = { endpoints, from: Math.floor(from / 100), to: Math.ceil(to / 100) };
  await forEachKey(pieces, (client, piece) => {
    const numbers = Array.from({ length: 100 }, (_, i) => 100 * piece + i);
    const puts = numbers
      .filter(number => number >= from && number < to)
      .map(number => client.put(bulkKey(number)).value(value(number)));
    return client
      .if('bulk-never', 'Version', '==', 0)
      .then(...puts)
      .commit();
  });
}

export function bulkKey(number: number): string {
  return `bulk/${String(number).padStart(8, '0')}`;
}
