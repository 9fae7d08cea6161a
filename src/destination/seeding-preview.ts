import { NEW_AUTH_STATE } from '../apply/auth/store.ts';
import type { ByteString } from '../wire/bytes.ts';
import type { OnNonempty } from './emptiness.ts';
import type { EtcdClient } from './etcd-client.ts';
import { toBigInt } from './int64.ts';
import { targetPages } from './key-pages.ts';
import type { ConfirmedState } from './lease-recovery.ts';
import { authDifference } from './planner/auth-difference.ts';
import { difference } from './planner/difference.ts';
import type { KeyFilter } from './planner/filter.ts';
import { readAuth } from './read-auth.ts';
import { statePages } from './state-pages.ts';

const NONE = '' as ByteString;

/** What seeding would change at the destination. */
export interface SeedingPreview {
  /** Keys of the snapshot that are replicated. */
  readonly keys: number;
  readonly puts: number;
  readonly deletes: number;
  readonly leaseGrants: number;
  /** Changes of users and roles; undefined when they are left alone. */
  readonly authChanges: number | undefined;
}

export interface PreviewOptions {
  readonly client: EtcdClient;
  readonly filter: KeyFilter;
  readonly onNonempty: OnNonempty;
  readonly withAuth: boolean;
  readonly state: ConfirmedState;
  readonly onProgress: (compared: number, writes: number) => void;
}

/** Compares a snapshot with what the destination holds, and writes nothing. Errors: those of the client. */
export async function previewSeeding(options: PreviewOptions): Promise<SeedingPreview> {
  const { client, filter, onNonempty, withAuth, state, onProgress } = options;
  const held = targetPages({
    client,
    filter,
    after: NONE,
    keysOnly: false,
    retry: (_, attempt) => attempt(),
  });
  let keys = 0;
  let puts = 0;
  let deletes = 0;
  const pieces = difference(held, statePages(state, filter, NONE), () => onNonempty !== 'merge');
  for await (const { ops, compared } of pieces) {
    keys += compared;
    for (const [, op] of ops) {
      if (op.kind === 'put') puts += 1;
      else deletes += 1;
    }
    onProgress(keys, puts + deletes);
  }
  const { leases } = await client.leases();
  const there = new Set((leases ?? []).map(({ ID }) => toBigInt(ID)));
  let leaseGrants = 0;
  for (const [id] of state.leases()) if (!there.has(id)) leaseGrants += 1;
  const authChanges = withAuth
    ? authDifference(await readAuth(client), state.auth, NEW_AUTH_STATE).length
    : undefined;
  return { keys, puts, deletes, leaseGrants, authChanges };
}
