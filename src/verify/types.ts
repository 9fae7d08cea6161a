import type { ByteString } from '../wire/bytes.ts';

/** In what two clusters can differ, in the order in which it is reported. */
export const DIFFERENCE_KINDS = [
  'key-missing',
  'key-extra',
  'value',
  'binding',
  'lease-missing',
  'lease-extra',
  'lease-ttl',
  'user-missing',
  'user-extra',
  'user-role',
  'role-missing',
  'role-extra',
  'permission',
  'login',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** One thing in which the destination is not as the source. All texts are bytes; values are never in them. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** A key of the destination, a lease's ID in hex, or the name of a user or role. */
  readonly subject: ByteString;
  readonly source: ByteString;
  readonly destination: ByteString;
}

/** Where both sides stand at once: what the source held after `sourceRevision`, the destination is to hold at `destinationRevision`. */
export interface AlignedPair {
  /** Of the source's last entry that the checkpoint stands for. */
  readonly index: number;
  readonly sourceRevision: number;
  readonly destinationRevision: number;
}
