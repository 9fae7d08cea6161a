import { NEW_AUTH_STATE } from '../apply/auth/store.ts';
import type { Alarm, AuthState, Member, MembershipState, Role, User } from '../apply/types.ts';
import { decodeAlarm, decodeRole, decodeUser } from '../wire/backend.ts';
import { type ByteString, toByteString } from '../wire/bytes.ts';
import { decodeConfChangeContext } from '../wire/conf-change.ts';
import type { Bucket, Database } from './bbolt/database.ts';
import type { PageSet } from './bbolt/page-set.ts';
import { damaged } from './faults.ts';
import { decoded } from './rows.ts';
import { BucketName, decodeUint64, mainRevision } from './schema.ts';

/** What users, roles, members and the like may take in memory together. */
const MAX_BYTES = 64 * 1024 * 1024;

/** An element of a small bucket: copied, with the page it stands in. */
interface Element {
  readonly id: number;
  readonly index: number;
  readonly key: ByteString;
  readonly value: Buffer;
}

/** The buckets that are small enough to be held. */
export interface SmallBuckets {
  readonly index: number;
  readonly term: number;
  /** -1 = there is none. */
  readonly scheduledCompact: number;
  readonly finishedCompact: number;
  readonly storageVersion: string;
  readonly auth: AuthState;
  readonly alarms: readonly Alarm[];
  readonly membership: MembershipState;
}

/** Reads all buckets but `key` and `lease`. Errors: SNAPSHOT_DAMAGED, SNAPSHOT_READ. */
export async function readSmallBuckets(
  database: Database,
  buckets: ReadonlyMap<ByteString, Bucket>,
  seen: PageSet,
): Promise<SmallBuckets> {
  const reader = new SmallBucketReader(database, buckets, seen);
  const meta = await reader.map(BucketName.Meta);
  return {
    index: reader.uint64(meta, 'consistent_index', 0),
    term: reader.uint64(meta, 'term', 0),
    scheduledCompact: reader.revision(meta, 'scheduledCompactRev'),
    finishedCompact: reader.revision(meta, 'finishedCompactRev'),
    storageVersion: meta.get('storageVersion' as ByteString)?.value.toString('utf8') ?? '',
    auth: await reader.auth(),
    alarms: await reader.alarms(),
    membership: await reader.membership(),
  };
}

class SmallBucketReader {
  readonly #database: Database;
  readonly #buckets: ReadonlyMap<ByteString, Bucket>;
  readonly #seen: PageSet;
  readonly #file: string;
  #bytes = 0;

  constructor(database: Database, buckets: ReadonlyMap<ByteString, Bucket>, seen: PageSet) {
    this.#database = database;
    this.#buckets = buckets;
    this.#seen = seen;
    this.#file = database.file.path;
  }

  /** The elements of a bucket; none when there is no such bucket. */
  async elements(name: ByteString): Promise<Element[]> {
    const bucket = this.#buckets.get(name);
    const found: Element[] = [];
    if (bucket === undefined) return found;
    for await (const leaf of this.#database.leaves(bucket, this.#seen)) {
      for (let index = 0; index < leaf.count; index += 1) {
        if (leaf.isBucket(index)) throw this.#damaged(leaf, `a bucket inside ${name}`);
        const value = Buffer.from(leaf.value(index));
        this.#bytes += leaf.key(index).length + value.length;
        if (this.#bytes > MAX_BYTES) {
          throw this.#damaged(leaf, `${name} and the like hold more than ${MAX_BYTES} bytes`);
        }
        found.push({ id: leaf.id, index, key: toByteString(leaf.key(index)), value });
      }
    }
    return found;
  }

  async map(name: ByteString): Promise<Map<ByteString, Element>> {
    return new Map((await this.elements(name)).map(element => [element.key, element]));
  }

  uint64(elements: ReadonlyMap<ByteString, Element>, name: string, absent: number): number {
    const element = elements.get(name as ByteString);
    if (element === undefined) return absent;
    const value = decodeUint64(element.value);
    if (value === undefined) throw this.#damaged(element, `${name} is no number`);
    return value;
  }

  /** The main revision; -1 when there is none (UnsafeReadFinishedCompact, UnsafeReadScheduledCompact). */
  revision(elements: ReadonlyMap<ByteString, Element>, name: string): number {
    const element = elements.get(name as ByteString);
    if (element === undefined) return -1;
    const revision = mainRevision(element.value);
    if (revision < 0) throw this.#damaged(element, `${name} is no revision`);
    return revision;
  }

  /** The auth store as authStore makes it of its buckets (auth/store.go NewAuthStore). */
  async auth(): Promise<AuthState> {
    const settings = await this.map(BucketName.Auth);
    const users = new Map<ByteString, User>();
    for (const element of await this.elements(BucketName.AuthUsers)) {
      const user = this.#decode(element, decodeUser);
      this.#checkName(element, user.name);
      users.set(user.name, { ...user, password: Uint8Array.from(user.password) });
    }
    const roles = new Map<ByteString, Role>();
    for (const element of await this.elements(BucketName.AuthRoles)) {
      const role = this.#decode(element, decodeRole);
      this.#checkName(element, role.name);
      roles.set(role.name, role);
    }
    // A member that finds no revision stores the first one when it starts.
    const revision = this.uint64(settings, 'authRevision', 0) || NEW_AUTH_STATE.revision;
    return {
      enabled: isEnabled(settings.get('authEnabled' as ByteString)),
      revision,
      users,
      roles,
    };
  }

  /** In the order of the bucket, which is not that in which they were raised. */
  async alarms(): Promise<Alarm[]> {
    const found: Alarm[] = [];
    for (const element of await this.elements(BucketName.Alarm)) {
      const key = Buffer.from(element.key, 'latin1');
      found.push(decoded(this.#file, element, element.index, key, decodeAlarm));
    }
    return found;
  }

  /** As stored in the buckets; 3.4 and 3.5 members have it from their old store (membership Recover). */
  async membership(): Promise<MembershipState> {
    const members = new Map<bigint, Member>();
    for (const element of await this.elements(BucketName.Members)) {
      const id = this.#memberId(element);
      const { name, peerUrls, clientUrls, isLearner } = this.#decode(element, reader =>
        decodeConfChangeContext(reader.bytes),
      );
      members.set(id, { id, name, peerUrls, clientUrls, isLearner });
    }
    const removed = new Set<bigint>();
    for (const element of await this.elements(BucketName.MembersRemoved)) {
      removed.add(this.#memberId(element));
    }
    const cluster = await this.map(BucketName.Cluster);
    const version = cluster.get('clusterVersion' as ByteString)?.value.toString('utf8') ?? '';
    return { members, removed, clusterVersion: version };
  }

  #memberId(element: Element): bigint {
    if (!/^[0-9a-f]{1,16}$/.test(element.key)) throw this.#damaged(element, 'no member ID');
    return BigInt(`0x${element.key}`);
  }

  #checkName(element: Element, name: ByteString): void {
    if (name !== element.key) throw this.#damaged(element, 'it has another name than its key');
  }

  #decode<T>(element: Element, decode: Parameters<typeof decoded<T>>[4]): T {
    return decoded(this.#file, element, element.index, element.value, decode);
  }

  #damaged({ id }: { readonly id: number }, text: string): Error {
    return damaged(this.#file, id, text);
  }
}

/** Anything but a single byte 1 is off, and so is none (UnsafeReadAuthEnabled). */
function isEnabled(element: Element | undefined): boolean {
  return element !== undefined && element.value.length === 1 && element.value[0] === 1;
}
