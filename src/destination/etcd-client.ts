import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type Long from 'long';
import { SyncerError } from '../ops/errors.ts';
import type { TlsSource } from '../ops/tls.ts';
import { etcdserverpb as pb } from '../wire/generated/rpc.js';
import {
  type ClientSide,
  fromGrpcError,
  isConnectionTrouble,
  isEtcdError,
  sideCode,
} from './grpc-errors.ts';
import { toLong } from './int64.ts';
import { type Answered, asBuffer, CallsAhead } from './opened-call.ts';
import { isRead, type WriteGate } from './write-gate.ts';

const DEADLINE_MS = 5_000;
/** Servers cut connections that are pinged more often than --grpc-keepalive-min-time, 5 s by default, or without a call. */
const KEEPALIVE_MS = 10_000;
const KEEPALIVE_TIMEOUT_MS = 3_000;
const TXN = 'KV/Txn';
const MAX_RECEIVE_BYTES = 512 * 1024 * 1024;

export interface EtcdClientOptions {
  readonly endpoints: readonly string[];
  readonly tls: TlsSource | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Destination unless given. */
  readonly side?: ClientSide;
  /** For a call; DEADLINE_MS unless given. */
  readonly deadlineMs?: number;
  /** The stream of the next transaction is opened when one is answered. For who writes all the time: it keeps a connection in use. */
  readonly opensAhead?: boolean;
  /** Asked right before a request that changes something goes out; all may go when there is none. */
  readonly gate?: WriteGate | undefined;
}

/** A generated message class, as far as it is used here. */
interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
}
interface Decoder<T> {
  decode(bytes: Uint8Array): T;
}

/**
 * A client of etcd's v3 API over several endpoints: one at a time, the next one when it fails. It does
 * not repeat requests; what is safe to repeat is known to its callers only.
 *
 * Errors of all calls: SyncerError DEST_UNREACHABLE, DEST_UNAUTHORISED, DEST_PERMISSION, DEST_NOSPACE,
 * DEST_LIMITS or DEST_REFUSED with etcd's text in `details.etcd`; SOURCE_UNREACHABLE, SOURCE_UNAUTHORISED,
 * SOURCE_PERMISSION or SOURCE_REFUSED from a client of the source; TLS_... when TLS is the cause.
 */
export class EtcdClient {
  readonly #options: EtcdClientOptions;
  #clients: (Client | undefined)[];
  #current = 0;
  /** '' while auth is off at the server. */
  #token: string | undefined;
  #authenticating: Promise<string> | undefined;
  readonly #txns = new CallsAhead<pb.TxnResponse>(
    { path: pathOf(TXN), decode: bytes => pb.TxnResponse.decode(bytes) },
    metadataOf,
  );
  #isClosed = false;

  constructor(options: EtcdClientOptions) {
    this.#options = options;
    this.#clients = options.endpoints.map(() => undefined);
    options.tls?.onChange(() => this.#closeClients());
  }

  get user(): string | undefined {
    return this.#options.user;
  }

  /** The user that we log in as, when its password is known, too. */
  get loginUser(): string | undefined {
    const { user, password } = this.#options;
    return password === undefined || password === '' ? undefined : user;
  }

  /** A client of the same servers for another user. */
  as(user: string, password: string): EtcdClient {
    return new EtcdClient({ ...this.#options, user, password });
  }

  /** What we log in with. */
  get password(): string | undefined {
    return this.#options.password;
  }

  /** The endpoint in use. */
  get endpoint(): string {
    return this.#options.endpoints[this.#current] ?? '';
  }

  close(): void {
    this.#isClosed = true;
    this.#closeClients();
  }

  put(request: pb.PutRequest.$Properties): Promise<pb.PutResponse> {
    return this.#call('KV/Put', encode(pb.PutRequest, request), pb.PutResponse);
  }

  /** KV/Txn with request bytes written by hand. */
  txn(request: Uint8Array): Promise<pb.TxnResponse> {
    return this.#authenticated(token =>
      this.#answer(TXN, answered => this.#sendTxn(request, token, answered)),
    );
  }

  /** KV/Txn that is put together here; for what is not sent often. */
  txnOf(request: pb.TxnRequest.$Properties): Promise<pb.TxnResponse> {
    return this.txn(encode(pb.TxnRequest, request));
  }

  range(request: pb.RangeRequest.$Properties): Promise<pb.RangeResponse> {
    return this.#call('KV/Range', encode(pb.RangeRequest, request), pb.RangeResponse);
  }

  deleteRange(request: pb.DeleteRangeRequest.$Properties): Promise<pb.DeleteRangeResponse> {
    return this.#call(
      'KV/DeleteRange',
      encode(pb.DeleteRangeRequest, request),
      pb.DeleteRangeResponse,
    );
  }

  compact(revision: Long): Promise<pb.CompactionResponse> {
    return this.#call(
      'KV/Compact',
      encode(pb.CompactionRequest, { revision }),
      pb.CompactionResponse,
    );
  }

  leaseGrant(id: Long, ttl: number): Promise<pb.LeaseGrantResponse> {
    const request = encode(pb.LeaseGrantRequest, { ID: id, TTL: toLong(BigInt(ttl)) });
    return this.#call('Lease/LeaseGrant', request, pb.LeaseGrantResponse);
  }

  leaseRevoke(id: Long): Promise<pb.LeaseRevokeResponse> {
    return this.#call(
      'Lease/LeaseRevoke',
      encode(pb.LeaseRevokeRequest, { ID: id }),
      pb.LeaseRevokeResponse,
    );
  }

  leaseTimeToLive(id: Long, keys: boolean): Promise<pb.LeaseTimeToLiveResponse> {
    const request = encode(pb.LeaseTimeToLiveRequest, { ID: id, keys });
    return this.#call('Lease/LeaseTimeToLive', request, pb.LeaseTimeToLiveResponse);
  }

  leases(): Promise<pb.LeaseLeasesResponse> {
    return this.#call('Lease/LeaseLeases', new Uint8Array(0), pb.LeaseLeasesResponse);
  }

  /**
   * The keepalive stream. The caller handles its `data`, `error` and `end`, and calls `failOver` when it
   * breaks: no other call may be under way that would notice.
   */
  async keepAlive(): Promise<ClientDuplexStream<Long, pb.LeaseKeepAliveResponse>> {
    const metadata = metadataOf(await this.#currentToken());
    return this.#client().makeBidiStreamRequest(
      '/etcdserverpb.Lease/LeaseKeepAlive',
      (id: Long) => Buffer.from(encode(pb.LeaseKeepAliveRequest, { ID: id })),
      (bytes: Buffer) => pb.LeaseKeepAliveResponse.decode(bytes),
      metadata,
    );
  }

  /** What happens to the keys of a range from now on. The caller handles `data`, `error` and `end`, and cancels it. */
  async watch(
    range: pb.WatchCreateRequest.$Properties,
  ): Promise<ClientDuplexStream<pb.WatchRequest.$Properties, pb.WatchResponse>> {
    const metadata = metadataOf(await this.#currentToken());
    const stream = this.#client().makeBidiStreamRequest(
      '/etcdserverpb.Watch/Watch',
      (request: pb.WatchRequest.$Properties) => Buffer.from(encode(pb.WatchRequest, request)),
      (bytes: Buffer) => pb.WatchResponse.decode(bytes),
      metadata,
    );
    stream.write({ create_request: range });
    return stream;
  }

  /** Confirmed by the leader from 3.5 on; a 3.4 member answers with what it knows. */
  memberList(): Promise<pb.MemberListResponse> {
    const request = encode(pb.MemberListRequest, { linearizable: true });
    return this.#call('Cluster/MemberList', request, pb.MemberListResponse);
  }

  memberAddLearner(peerUrls: readonly string[]): Promise<pb.MemberAddResponse> {
    const request = encode(pb.MemberAddRequest, { peerURLs: [...peerUrls], isLearner: true });
    return this.#call('Cluster/MemberAdd', request, pb.MemberAddResponse);
  }

  memberRemove(id: Long): Promise<pb.MemberRemoveResponse> {
    return this.#call(
      'Cluster/MemberRemove',
      encode(pb.MemberRemoveRequest, { ID: id }),
      pb.MemberRemoveResponse,
    );
  }

  status(): Promise<pb.StatusResponse> {
    return this.#call('Maintenance/Status', new Uint8Array(0), pb.StatusResponse);
  }

  /** Names of the roles that a user has. Errors: DEST_REFUSED "user name not found". */
  async userRoles(name: string): Promise<readonly string[]> {
    const request = encode(pb.AuthUserGetRequest, { name });
    return (await this.#call('Auth/UserGet', request, pb.AuthNamesResponse)).names ?? [];
  }

  async userNames(): Promise<readonly string[]> {
    const request = new Uint8Array(0);
    return (await this.#call('Auth/UserList', request, pb.AuthNamesResponse)).names ?? [];
  }

  async roleNames(): Promise<readonly string[]> {
    const request = new Uint8Array(0);
    return (await this.#call('Auth/RoleList', request, pb.AuthNamesResponse)).names ?? [];
  }

  /** Errors: DEST_REFUSED "role name not found". */
  async rolePermissions(role: string): Promise<readonly pb.Permission.$Properties[]> {
    const request = encode(pb.AuthRoleGetRequest, { role });
    return (await this.#call('Auth/RoleGet', request, pb.AuthRoleGetResponse)).perm ?? [];
  }

  /** Whether the server checks credentials. Needs a user; errors: DEST_UNAUTHORISED when it refuses ours. */
  async authIsOn(): Promise<boolean> {
    this.#token = undefined;
    return (await this.#currentToken()) !== '';
  }

  /**
   * Makes the password that we log in with the one of our user. For a server whose auth is still off:
   * there is no other way to know that we can log in once it is on.
   */
  async setOwnPassword(): Promise<void> {
    const { user, password } = this.#options;
    const request = encode(pb.AuthUserChangePasswordRequest, {
      name: user ?? '',
      password: password ?? '',
    });
    await this.auth('UserChangePassword', request);
  }

  /** Any call of the Auth service whose answer has no field of interest. */
  auth(method: string, request: Uint8Array): Promise<pb.AuthChangeResponse> {
    return this.#call(`Auth/${method}`, request, pb.AuthChangeResponse);
  }

  #call<T>(method: string, request: Uint8Array, decoder: Decoder<T>): Promise<T> {
    return this.#authenticated(token => this.#once(method, request, decoder, token));
  }

  /** Calls once; a token that has become invalid is renewed and the call made again, since it was refused before it did anything. */
  async #authenticated<T>(call: (token: string) => Promise<T>): Promise<T> {
    const token = await this.#currentToken();
    try {
      return await call(token);
    } catch (error) {
      if (!this.#needsNewToken(error)) throw error;
      // Another call may have renewed it meanwhile.
      if (this.#token === token) this.#token = undefined;
      return await call(await this.#currentToken());
    }
  }

  #needsNewToken(error: unknown): boolean {
    if (this.#options.user === undefined) return false;
    return (
      isEtcdError(error, 'invalid auth token') ||
      isEtcdError(error, 'revision of auth store is old') ||
      isEtcdError(error, 'revision in header is old') ||
      // Auth was switched on since we were told that it is off.
      isEtcdError(error, 'user name is empty')
    );
  }

  #once<T>(method: string, request: Uint8Array, decoder: Decoder<T>, token: string): Promise<T> {
    return this.#answer(method, answered => {
      const deadline = Date.now() + this.#pass(method);
      this.#client().makeUnaryRequest(
        pathOf(method),
        asBuffer,
        (bytes: Buffer) => decoder.decode(bytes),
        request,
        metadataOf(token),
        { deadline },
        answered,
      );
    });
  }

  /** On the stream that was opened for it; the next one is opened when there is an answer. */
  #sendTxn(request: Uint8Array, token: string, answered: Answered<pb.TxnResponse>): void {
    const deadlineMs = this.#pass(TXN);
    this.#txns.take(this.#client(), token).send(request, deadlineMs, (error, response) => {
      answered(error, response);
      // Not before others have had their turn, those that wait for the answer above all.
      if (error === null) setImmediate(() => this.#openAhead(token));
    });
  }

  #openAhead(token: string): void {
    if (this.#options.opensAhead === true && !this.#isClosed)
      this.#txns.open(this.#client(), token);
  }

  /** What became of a call, in our words. */
  #answer<T>(method: string, send: (answered: Answered<T>) => void): Promise<T> {
    const endpoint = this.endpoint;
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (error === null && response !== undefined) {
          resolve(response);
          return;
        }
        if (error === null) {
          const code = sideCode('DEST_REFUSED', this.#side);
          reject(new SyncerError(code, `${endpoint} ${method}: empty answer`));
          return;
        }
        if (isConnectionTrouble(error)) this.failOver(endpoint);
        this.#explained(error, method, endpoint).then(reject, reject);
      });
    });
  }

  /** How long a request that may go out has, in milliseconds. Errors: those of the gate. */
  #pass(method: string): number {
    const { gate, deadlineMs = DEADLINE_MS } = this.#options;
    if (gate === undefined || isRead(method)) return deadlineMs;
    gate.check();
    // A transaction carries its guard; anything else must not arrive when somebody else writes.
    return method === TXN ? deadlineMs : Math.min(deadlineMs, gate.remainingMs);
  }

  get #side(): ClientSide {
    return this.#options.side ?? 'destination';
  }

  /** The failure in our words; when no connection came about because of TLS, the words for that. */
  async #explained(error: ServiceError, method: string, endpoint: string): Promise<SyncerError> {
    const failure = fromGrpcError(error, method, endpoint, this.#side);
    const { tls } = this.#options;
    // What etcd itself says came over a connection.
    const hasAnswered = error.details.startsWith('etcdserver');
    if (tls === undefined || error.code !== status.UNAVAILABLE || hasAnswered) return failure;
    const { address, secure } = parseEndpoint(endpoint);
    const url = `${secure ? 'https' : 'http'}://${address}`;
    return (await tls.explain(url, new Error(failure.message))) ?? failure;
  }

  /** One authentication for all who need a token: it costs the server a bcrypt. */
  #currentToken(): Promise<string> {
    const { user, password } = this.#options;
    if (user === undefined) return Promise.resolve('');
    if (this.#token !== undefined) return Promise.resolve(this.#token);
    this.#authenticating ??= this.#authenticate(user, password ?? '')
      .then(token => {
        this.#token = token;
        return token;
      })
      .finally(() => {
        this.#authenticating = undefined;
      });
    return this.#authenticating;
  }

  /** A token; '' while auth is off at the server. */
  async #authenticate(name: string, password: string): Promise<string> {
    const request = encode(pb.AuthenticateRequest, { name, password });
    try {
      const { token } = await this.#once('Auth/Authenticate', request, pb.AuthenticateResponse, '');
      return token ?? '';
    } catch (error) {
      if (isEtcdError(error, 'authentication is not enabled')) return '';
      throw error;
    }
  }

  /** Turns from an endpoint that failed to the next one, unless another call has done so already. */
  failOver(failed: string): void {
    if (this.endpoint !== failed || this.#options.endpoints.length < 2) return;
    this.#current = (this.#current + 1) % this.#options.endpoints.length;
  }

  #client(): Client {
    const at = this.#current;
    const client = this.#clients[at] ?? this.#connect(this.#options.endpoints[at] ?? '');
    this.#clients[at] = client;
    return client;
  }

  #connect(endpoint: string): Client {
    const { address, secure } = parseEndpoint(endpoint);
    return new Client(address, secure ? this.#secureCredentials() : credentials.createInsecure(), {
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
      'grpc.max_receive_message_length': MAX_RECEIVE_BYTES,
      'grpc.max_send_message_length': -1,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.initial_reconnect_backoff_ms': 100,
    });
  }

  #secureCredentials(): ChannelCredentials {
    const material = this.#options.tls?.material;
    return credentials.createSsl(
      material?.ca ?? null,
      material?.key ?? null,
      material?.cert ?? null,
    );
  }

  #closeClients(): void {
    this.#txns.drop();
    for (const client of this.#clients) client?.close();
    this.#clients = this.#clients.map(() => undefined);
  }
}

/** With `hasleader` a member that lost its leader refuses at once, and ends its streams (v3rpc interceptor). */
function metadataOf(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set('hasleader', 'true');
  if (token !== '') metadata.set('token', token);
  return metadata;
}

function pathOf(method: string): string {
  return `/etcdserverpb.${method}`;
}

function encode<T>(codec: Codec<T>, message: T): Uint8Array {
  return codec.encode(message).finish();
}

function parseEndpoint(endpoint: string): { address: string; secure: boolean } {
  const match = /^(https?):\/\/([^/]+)\/?$/.exec(endpoint);
  if (match === null) return { address: endpoint, secure: false };
  return { address: match[2] ?? '', secure: match[1] === 'https' };
}
