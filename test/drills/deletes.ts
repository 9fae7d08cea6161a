import { Etcd3 } from 'etcd3';

/** The deletes below a prefix, as a watch tells them. */
export class Deletes {
  readonly keys: string[] = [];
  readonly #revisions: string[] = [];
  readonly #client: Etcd3;

  private constructor(client: Etcd3) {
    this.#client = client;
  }

  static async watch(endpoints: readonly string[], prefix: string): Promise<Deletes> {
    const client = new Etcd3({ hosts: [...endpoints] });
    const deletes = new Deletes(client);
    const watcher = await client.watch().prefix(prefix).create();
    watcher.on('delete', ({ key, mod_revision }) => {
      deletes.keys.push(key.toString());
      deletes.#revisions.push(mod_revision);
    });
    return deletes;
  }

  /** Keys that went before others which went before them at `source`. Those of one transaction go at once. */
  outOfOrder(source: Deletes): string[] {
    const places = new Map(source.keys.map((key, place) => [key, place]));
    const found: string[] = [];
    let [highest, highestBefore] = [-1, -1];
    for (const [i, key] of this.keys.entries()) {
      if (this.#revisions[i] !== this.#revisions[i - 1]) highestBefore = highest;
      const place = places.get(key);
      if (place === undefined) found.push(`${key} was not deleted at the source`);
      else if (place < highestBefore) found.push(key);
      else highest = Math.max(highest, place);
    }
    return found;
  }

  close(): void {
    this.#client.close();
  }
}
