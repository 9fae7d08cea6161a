import type { PromotionStatus } from '../promote/types.ts';
import type { PeerStatus } from '../transport/types.ts';
import type { Throughput } from './history.ts';
import type { PublishStatus } from './publisher.ts';
import type { Role } from './replica.ts';
import type { StandbyStatus } from './standby.ts';

/** What the replicator is doing. */
export const PHASES = [
  'starting',
  'standby',
  'seating',
  'catching-up',
  'bootstrapping',
  'replicating',
  'promoting',
  'promoted',
  'draining',
  'stopped',
] as const;
export type Phase = (typeof PHASES)[number];

/** How far a bootstrap is: first the snapshot is read into a new state, then the destination is brought to it. Or how far a check is. */
export interface Progress {
  readonly step: 'loading' | 'comparing' | 'checking';
  /** Index of the snapshot. */
  readonly index: number;
  /** Rows read, or keys compared. */
  readonly done: number;
  /** 0 = not known yet. */
  readonly total: number;
  /** Puts and deletes sent so far. */
  readonly writes: number;
  readonly seconds: number;
}

/** What a replica is, and who writes. */
export interface HaStatus {
  readonly role: Role;
  readonly replica: string;
  /** undefined = nobody, as far as is known. */
  readonly writer?: { readonly name: string; readonly url: string };
  /** How often this process began to write. */
  readonly takeovers: number;
  /** While it stands by. */
  readonly standby?: StandbyStatus;
  /** Standbys that follow it, while it writes. */
  readonly standbys?: number;
}

/** How a check ended; times are ISO 8601. */
export interface CheckStatus {
  readonly at: string;
  readonly keys: number;
  readonly differences: number;
  readonly seconds: number;
  /** When one was tried later and could not be brought to its end. */
  readonly failed_at?: string;
}

/** The answer of /status; IDs are hex strings. */
export interface Status {
  readonly version: string;
  readonly phase: Phase;
  readonly uptime_seconds: number;
  /** With --ha. */
  readonly ha?: HaStatus;
  /** Of the last promotion that was asked for. */
  readonly promotion?: PromotionStatus;
  /** While a snapshot is being brought to the destination. */
  readonly bootstrap?: Progress;
  readonly source: {
    readonly cluster_id: string;
    readonly member_id: string;
    readonly leader: string;
    readonly term: number;
    readonly peers: readonly (Omit<PeerStatus, 'id'> & { readonly id: string })[];
  };
  readonly positions: {
    readonly received: number;
    readonly committed: number;
    readonly durable: number;
    readonly resolved: number;
    readonly confirmed: number;
    readonly checkpoint: number;
    readonly source_revision: number;
  };
  /** All zero when everything that is known committed is confirmed, however long ago. */
  readonly lag: { readonly entries: number; readonly bytes: number; readonly seconds: number };
  /** Over the last ten seconds. */
  readonly throughput: Throughput;
  readonly destination: {
    readonly endpoint: string;
    readonly leases: number;
    readonly batches: number;
    readonly operations: number;
    readonly guard_failures: number;
    readonly retries: number;
    readonly consistent: boolean;
  };
  readonly log_bytes: number;
  /** The last one of --check-interval. */
  readonly check?: CheckStatus;
  /** With --publish-name. */
  readonly publish?: PublishStatus;
  readonly auth_held: readonly {
    readonly code: string;
    readonly what: string;
    /** What `auth settle` calls it. */
    readonly subject: string;
    /** ISO 8601. */
    readonly since: string;
  }[];
  readonly last_errors: readonly {
    readonly at: string;
    readonly code: string;
    readonly message: string;
  }[];
}
