import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3, type WatchBuilder, type Watcher } from 'etcd3';
import { until } from './until.ts';

const PATIENCE_MS = 3_000;

const CALL_MS = 10_000;

export interface OpenWatch {
  readonly client: Etcd3;
  readonly watcher: Watcher;
}

/**
 * A watch on a cluster in which members come and go. A token is known to some members later than to others; etcd3 gives a
 * watch up for that, and another one of the same client may never be answered: each attempt has a client of its own.
 */
export async function openWatch(
  endpoints: readonly string[],
  auth: { readonly username: string; readonly password: string } | undefined,
  build: (watch: WatchBuilder) => WatchBuilder,
): Promise<OpenWatch> {
  let opened: OpenWatch | undefined;
  await until(async () => {
    const client = new Etcd3({
      hosts: [...endpoints],
      ...(auth && { auth }),
      // A call without one may wait for ever on a member that went away meanwhile.
      defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + CALL_MS }),
    });
    let watcher: Watcher | undefined;
    try {
      watcher = await Promise.race([build(client.watch()).create(), sleep(PATIENCE_MS, undefined)]);
      if (watcher === undefined) throw new Error('it was not answered');
      opened = { client, watcher };
    } finally {
      if (watcher === undefined) client.close();
    }
    return opened !== undefined;
  }, 'a watch');
  if (opened === undefined) throw new Error('no watch');
  return opened;
}

/** Ends it and its client. One whose member is gone is never told that it has ended. */
export async function closeWatch({ client, watcher }: OpenWatch): Promise<void> {
  await Promise.race([watcher.cancel(), sleep(PATIENCE_MS)]);
  client.close();
}
