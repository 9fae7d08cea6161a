import type { AuthMutation } from '../apply/types.ts';
import type { ByteString } from '../wire/bytes.ts';

/** A change to be made at the destination. Keys are the destination's (prefix already renamed). */
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
  | { readonly kind: 'auth'; readonly mutation: AuthMutation };

/** The value of the checkpoint key, JSON at the destination. */
export interface Checkpoint {
  readonly clusterId: bigint;
  readonly index: number;
  readonly term: number;
  /** Source revision after `index`. */
  readonly revision: number;
  readonly formatVersion: 1;
  /** Names the process that wrote it; a claim at start changes it, so that late requests of an older process fail. */
  readonly writer: string;
  /** Parts of entry index+1 that are already there, when one entry had to be split. */
  readonly partsDone: number;
}
