import type { ByteString } from '../wire/bytes.ts';
import { attachmentChanges } from './attachment-changes.ts';
import { NEW_AUTH_STATE } from './auth/store.ts';
import { liveKeysAmong, liveKeysIn } from './live-keys.ts';
import { NEW_MEMBERSHIP } from './membership.ts';
import type {
  AlarmState,
  AuthState,
  Change,
  KeyHead,
  KeyRecord,
  LeaseRecord,
  LiveKey,
  MembershipState,
  StateReader,
} from './types.ts';

const NO_ALARMS: AlarmState = { alarms: [], runtimeApplier: 'normal' };

/**
 * The whole state in plain maps: the simplest thing that a StateReader can be, for small states and as the
 * reference that other implementations are compared with. Scans sort.
 */
export class MemoryState implements StateReader {
  revision = 1;
  compactRevision = -1;
  auth: AuthState = NEW_AUTH_STATE;
  alarms: AlarmState = NO_ALARMS;
  membership: MembershipState = NEW_MEMBERSHIP;
  readonly #keys = new Map<ByteString, KeyRecord>();
  readonly #leases = new Map<bigint, LeaseRecord>();
  readonly #attachments = new Map<bigint, Set<ByteString>>();

  getKey(key: ByteString): KeyRecord | undefined {
    return this.#keys.get(key);
  }

  getKeyHead(key: ByteString): KeyHead | undefined {
    return this.#keys.get(key);
  }

  *scanKeys(
    start: ByteString,
    end: ByteString | undefined,
  ): Generator<readonly [ByteString, KeyRecord]> {
    const inRange = [...this.#keys].filter(
      ([key]) => key >= start && (end === undefined || key < end),
    );
    yield* inRange.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  liveKeys(start: ByteString, end: ByteString | undefined): readonly LiveKey[] {
    return [...liveKeysIn(this, start, end)];
  }

  getLease(id: bigint): LeaseRecord | undefined {
    return this.#leases.get(id);
  }

  isAttached(id: bigint, key: ByteString): boolean {
    return this.#attachments.get(id)?.has(key) ?? false;
  }

  *scanAttachments(id: bigint): Generator<ByteString> {
    yield* [...(this.#attachments.get(id) ?? [])].sort();
  }

  liveKeysOf(id: bigint): readonly LiveKey[] {
    return [...liveKeysAmong(this, this.scanAttachments(id))];
  }

  /** All leases by ID, signed order. */
  leases(): (readonly [bigint, LeaseRecord])[] {
    return [...this.#leases].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Moves the state by the changes of one entry. */
  advance(changes: readonly Change[]): void {
    for (const change of changes) this.#advance(change);
  }

  #advance(change: Change): void {
    for (const { lease, key, attached } of attachmentChanges(change)) {
      this.#bind(lease, key, attached);
    }
    switch (change.kind) {
      case 'put':
        this.#keys.set(change.key, change.record);
        return;
      case 'delete':
        this.#keys.delete(change.key);
        return;
      case 'revision':
        this.revision = change.revision;
        return;
      case 'compact':
        this.compactRevision = change.revision;
        return;
      case 'lease-grant':
        this.#leases.set(change.id, { ttl: change.ttl, remainingTtl: 0 });
        return;
      case 'lease-revoke':
        this.#leases.delete(change.id);
        return;
      case 'lease-checkpoint': {
        const lease = this.#leases.get(change.id);
        if (lease === undefined) return;
        this.#leases.set(change.id, { ttl: lease.ttl, remainingTtl: change.remainingTtl });
        return;
      }
      case 'auth':
        this.auth = change.auth;
        return;
      case 'alarms':
        this.alarms = change.alarms;
        return;
      case 'membership':
        this.membership = change.membership;
    }
  }

  #bind(lease: bigint, key: ByteString, attached: boolean): void {
    const keys = this.#attachments.get(lease) ?? new Set();
    if (attached) keys.add(key);
    else keys.delete(key);
    if (keys.size === 0) this.#attachments.delete(lease);
    else this.#attachments.set(lease, keys);
  }
}
