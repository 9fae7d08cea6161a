import type { AuthMutation, AuthState } from '../apply/types.ts';
import type { Position } from '../state/types.ts';
import type { ByteString } from '../wire/bytes.ts';

/** A change to be made at the destination. Keys are the destination's: filtered, with the prefix renamed. */
export type Effect =
  | {
      readonly kind: 'put';
      readonly key: ByteString;
      readonly value: Uint8Array;
      readonly lease: bigint;
    }
  | { readonly kind: 'delete'; readonly key: ByteString }
  | { readonly kind: 'lease-grant'; readonly id: bigint; readonly ttl: number }
  | { readonly kind: 'lease-revoke'; readonly id: bigint }
  | { readonly kind: 'compact'; readonly revision: number }
  | ({ readonly kind: 'auth' } & AuthEffect);

/** A change of users and roles, and what they are at the source with it. */
export interface AuthEffect {
  readonly mutation: AuthMutation;
  readonly after?: AuthState;
}

/** The effects of one entry, with the source's revision after it. */
export interface EntryEffects {
  readonly position: Position;
  readonly revision: number;
  readonly effects: readonly Effect[];
  /** The destination's keys of a single DeleteRange; set only when `effects` is exactly the deletes in it. */
  readonly range?: { readonly start: ByteString; readonly end: ByteString | undefined };
}

/** The value of the checkpoint key. */
export interface Checkpoint {
  readonly clusterId: bigint;
  readonly index: number;
  readonly term: number;
  /** Source revision after `index`. */
  readonly revision: number;
  /** Names the process that wrote it; a claim at start changes it, so that late requests of an older process fail. */
  readonly writer: string;
  /** Parts of the next entry with effects that are already there, when one entry had to be split. */
  readonly partsDone: number;
  /** Set while the destination is being brought to a snapshot: it stands at no single revision then. */
  readonly seeding?: Seeding;
  /** Set once the destination was cut over to: nobody replicates into it any more. */
  readonly promoted?: Promoted;
}

/** That replication has ended for good, and how far the promotion is. */
export interface Promoted {
  /** When it ended, as Unix time in milliseconds. */
  readonly atMs: number;
  /** Everything that the source acknowledged is here; false when it could not be asked, or went on being written to. */
  readonly isComplete: boolean;
  /** The highest revision that the source may have given out, as far as is known. */
  readonly highestRevision: number;
  /** When clients were let in, as Unix time in milliseconds; undefined = not yet. The lifetimes of leases begin then. */
  readonly openMs: number | undefined;
  /** The destination's revision is raised above this before clients are let in; undefined = left as it is. */
  readonly bumpTo: number | undefined;
  /** Seconds that a lease is given beyond its TTL, for its owner to find the way here. */
  readonly leaseGrace: number;
  /** Leases that nobody refreshed in time are revoked. */
  readonly areLeasesSettled: boolean;
}

/** How far the destination is on its way from the checkpoint's position to that of a snapshot. */
export interface Seeding {
  readonly index: number;
  readonly term: number;
  /** Keys of the destination up to this one are as in the snapshot; '' = none yet. */
  readonly reached: ByteString;
  /** What it is compared with: the state at the checkpoint, or what the destination was found to hold. */
  readonly base: 'state' | 'destination';
}
