import type { ErrorCode } from '../ops/error-codes.ts';

/** What an operator asks of a promotion. */
export interface PromotionRequest {
  /** Only says whether it could be done. */
  readonly dryRun: boolean;
  /** What the source acknowledged last may be missing: it is dead, or still written to. */
  readonly acceptLoss: boolean;
  /** Compare with the source before replication ends. */
  readonly check: boolean;
  /** Raise the destination's revision above the source's by this much; undefined = leave it. */
  readonly bumpMargin: number | undefined;
  /** How long raising it may take, in seconds. */
  readonly bumpLimit: number;
  /** Seconds that leases are given beyond their TTLs. */
  readonly leaseGrace: number;
}

/** Steps, in their order. `refused`: replication goes on as before. */
export const STEPS = [
  'asking the source',
  'draining',
  'checking',
  'measuring',
  'ending replication',
  'raising the revision',
  'letting clients in',
  'settling leases',
  'done',
  'refused',
] as const;
export type Step = (typeof STEPS)[number];

/** What stands in the way, or is worth knowing, with what to do. */
export interface Remark {
  /** undefined = no error of the catalogue. */
  readonly code?: ErrorCode;
  readonly text: string;
}

export interface Verdict {
  readonly ready: boolean;
  /** Why not. */
  readonly hindrances: readonly Remark[];
  /** What does not stand in the way. */
  readonly warnings: readonly Remark[];
}

/** Where both sides stand. */
export interface Standing {
  readonly isSourceAnswering: boolean;
  /** A replication is under way; otherwise nothing more than what is here can be brought there, or a seat is taken first. */
  readonly isWriting: boolean;
  /** Entries with which clients wrote to the source while it was looked at. */
  readonly lateWrites: number;
  /** Milliseconds since anything was heard of the source; undefined = not in this process. */
  readonly silentMs: number | undefined;
  /** Last index read from the wire, known committed, and at the destination. */
  readonly received: number;
  readonly committed: number;
  readonly confirmed: number;
  /** Where replication has ended; undefined = it has not. */
  readonly endedAt: number | undefined;
  /** The source's revision that the destination stands at. */
  readonly revision: number;
  /** The destination's own. */
  readonly destinationRevision: number;
  /** False while a snapshot or an entry is only partly there. */
  readonly isWhole: boolean;
  /** Seconds that raising the revision is estimated to take; undefined = it was not measured. */
  readonly bumpSeconds: number | undefined;
  /** Differences that the comparison found; undefined = nothing was compared. */
  readonly differences: number | undefined;
  /** What was not carried over of users, roles and auth, with its code. */
  readonly held: readonly { readonly code: ErrorCode; readonly what: string }[];
}

/** What becomes of the leases after the promotion. */
export interface LeaseCounts {
  /** Of those with a raised TTL: looked at in all. */
  readonly watched: number;
  /** Refreshed by their owners: they live on. */
  readonly alive: number;
  /** Not refreshed: revoked with their keys. */
  readonly revoked: number;
  /** Gone by themselves, or made anew by a client. */
  readonly gone: number;
  /** Left to run out by themselves, since a new leader of the destination had begun all TTLs anew. */
  readonly unknown: number;
}

/** How far a promotion is, for /status and reports. */
export interface PromotionStatus extends Verdict {
  readonly step: Step;
  readonly dry_run: boolean;
  readonly source_answers: boolean;
  readonly source_silent_seconds?: number;
  readonly received: number;
  readonly committed: number;
  readonly confirmed: number;
  /** Received and not applied: not known committed, or past the end of replication. */
  readonly unapplied: number;
  readonly revision: number;
  readonly highest_revision: number;
  readonly destination_revision: number;
  /** ISO 8601. */
  readonly promoted_at?: string;
  readonly complete?: boolean;
  /** The seat in the source: given up, or what is left to do. */
  readonly seat?: string;
  /** How long it took until clients could come. */
  readonly seconds?: number;
  readonly leases?: LeaseCounts;
  readonly error?: { readonly code: string; readonly message: string };
}
