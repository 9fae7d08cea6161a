import { z } from 'zod';

/** What a value may be, and how its text becomes one. */
const url = z.string().regex(/^(https?:\/\/)?[^\s/]+$/, 'must be host:port or http(s)://host:port');
const httpUrl = z.string().regex(/^https?:\/\/[^\s/]+$/, 'must be http(s)://host:port');
const peerUrl = z.string().regex(/^https?:\/\/[^\s/]+:\d+$/, 'must be http(s)://host:port');
const list = (item: z.ZodType<string>) => z.array(item);
const text = z.string();
const flag = z.boolean();

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/;
const DURATION_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** "10m" to seconds; a bare number is seconds. */
const duration = z
  .string()
  .regex(DURATION, 'must be a duration such as 30s, 10m or 0')
  .transform(value => {
    const [, amount = '0', unit = 's'] = DURATION.exec(value) ?? [];
    return Number(amount) * DURATION_SECONDS[unit as keyof typeof DURATION_SECONDS];
  });

const SIZE = /^(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB)?$/;
const SIZE_BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** "1.5MiB" to bytes; a bare number is bytes. */
const size = z
  .string()
  .regex(SIZE, 'must be a size such as 1.5MiB')
  .transform(value => {
    const [, amount = '0', unit = 'B'] = SIZE.exec(value) ?? [];
    return Math.floor(Number(amount) * SIZE_BYTES[unit as keyof typeof SIZE_BYTES]);
  });

const count = z
  .string()
  .regex(/^\d+$/, 'must be a number')
  .transform(value => Number(value));

/** Seconds of "10m", or of a bare number; undefined when it is no duration. */
export function parseDuration(value: string): number | undefined {
  const result = duration.safeParse(value);
  return result.success ? result.data : undefined;
}

const percent = z
  .string()
  .regex(/^(?:100|[1-9]\d?)%?$/, 'must be a share from 1 to 100')
  .transform(value => Number(value.replace('%', '')));

export interface Option {
  /** Without dashes; the environment's and the file's names follow from it. */
  readonly flag: string;
  readonly kind: 'text' | 'list' | 'flag';
  readonly schema: z.ZodType;
  readonly default: string | readonly string[] | boolean | undefined;
  readonly placeholder?: string;
  readonly help: string;
  readonly commands: readonly Command[];
}

export type Command =
  | 'run'
  | 'bootstrap'
  | 'check'
  | 'promote'
  | 'probe'
  | 'leave'
  | 'status'
  | 'log-dump'
  | 'auth';

const SEAT: readonly Command[] = ['run', 'bootstrap', 'leave', 'promote'];
const RUN: readonly Command[] = ['run', 'bootstrap', 'promote'];
const SOURCE: readonly Command[] = ['run', 'bootstrap', 'check', 'probe', 'leave', 'promote'];
const DEST: readonly Command[] = ['run', 'bootstrap', 'check', 'probe', 'promote'];
const WRITES: readonly Command[] = ['run', 'bootstrap', 'check', 'promote'];
const HTTP_SERVER: readonly Command[] = ['run', 'bootstrap', 'check', 'status', 'promote'];
const HTTP_CLIENT: readonly Command[] = ['run', 'check', 'status', 'promote'];
const HTTP: readonly Command[] = ['run', 'bootstrap', 'check', 'status', 'promote'];
const ALL: readonly Command[] = [
  'run',
  'bootstrap',
  'check',
  'promote',
  'probe',
  'leave',
  'status',
  'log-dump',
  'auth',
];

/** Every option, once: flags, environment, file, help and docs/options.md come from it. */
export const OPTIONS = {
  sourceEndpoints: {
    flag: 'source-endpoints',
    kind: 'list',
    schema: list(url),
    default: [],
    placeholder: '<urls>',
    help: 'client URLs of the source: finds its members, adds the seat with --join',
    commands: SOURCE,
  },
  sourceCacert: {
    flag: 'source-cacert',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'CA that signed the client certificates of the source',
    commands: SOURCE,
  },
  sourceCert: {
    flag: 'source-cert',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'client certificate for the source',
    commands: SOURCE,
  },
  sourceKey: {
    flag: 'source-key',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'key of --source-cert',
    commands: SOURCE,
  },
  sourceUser: {
    flag: 'source-user',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<name>',
    help: 'user at the source, for --join, check and leave; its password comes from --source-password-file, the environment, or `name:password`',
    commands: SOURCE,
  },
  sourcePasswordFile: {
    flag: 'source-password-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'file with the password of --source-user (or set ETCD_SYNCER_SOURCE_PASSWORD)',
    commands: SOURCE,
  },
  sourcePeers: {
    flag: 'source-peers',
    kind: 'list',
    schema: list(peerUrl),
    default: [],
    placeholder: '<urls>',
    help: 'peer URLs of the source, instead of finding them through --source-endpoints',
    commands: SEAT,
  },
  referenceMember: {
    flag: 'reference-member',
    kind: 'text',
    schema: url.optional(),
    default: undefined,
    placeholder: '<url>',
    help: 'client URL of the one member of the source that counts where members may disagree on an entry: it is asked what it made of it',
    commands: RUN,
  },
  sourceElectionTimeout: {
    flag: 'source-election-timeout',
    kind: 'text',
    schema: duration,
    default: '1s',
    placeholder: '<duration>',
    help: "--election-timeout of the source's members, when it is not etcd's default: the least TTL of a lease follows from it",
    commands: RUN,
  },
  sourceMaxLearners: {
    flag: 'source-max-learners',
    kind: 'text',
    schema: count,
    default: '1',
    placeholder: '<n>',
    help: "--max-learners of the source's members (3.6 and later)",
    commands: RUN,
  },
  listenPeerUrls: {
    flag: 'listen-peer-urls',
    kind: 'list',
    schema: list(peerUrl),
    default: ['http://127.0.0.1:2390'],
    placeholder: '<urls>',
    help: 'where to listen for the members of the source',
    commands: SEAT,
  },
  initialAdvertisePeerUrls: {
    flag: 'initial-advertise-peer-urls',
    kind: 'list',
    schema: list(peerUrl),
    default: [],
    placeholder: '<urls>',
    help: 'how the members reach us: the peer URLs of the seat (default: --listen-peer-urls)',
    commands: SEAT,
  },
  peerTrustedCaFile: {
    flag: 'peer-trusted-ca-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'CA of the peer port, both directions; with it, members must show a certificate',
    commands: SEAT,
  },
  peerCertFile: {
    flag: 'peer-cert-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'certificate of the peer port, both directions',
    commands: SEAT,
  },
  peerKeyFile: {
    flag: 'peer-key-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'key of --peer-cert-file',
    commands: SEAT,
  },
  join: {
    flag: 'join',
    kind: 'flag',
    schema: flag,
    default: false,
    help: 'add the learner to the source when it is not there',
    commands: RUN,
  },
  name: {
    flag: 'name',
    kind: 'text',
    schema: text.regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots or dashes'),
    default: 'etcd-syncer',
    placeholder: '<name>',
    help: 'name of the member',
    commands: SEAT,
  },
  publishName: {
    flag: 'publish-name',
    kind: 'flag',
    schema: flag,
    default: false,
    help: 'propose --name to the source, so that `member list` shows the seat as started; an entry in its log, refused when in doubt',
    commands: ['run'],
  },
  destEndpoints: {
    flag: 'dest-endpoints',
    kind: 'list',
    schema: list(url),
    default: [],
    placeholder: '<urls>',
    help: 'client URLs of the destination',
    commands: DEST,
  },
  destCacert: {
    flag: 'dest-cacert',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'CA that signed the certificates of the destination',
    commands: DEST,
  },
  destCert: {
    flag: 'dest-cert',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'client certificate for the destination',
    commands: DEST,
  },
  destKey: {
    flag: 'dest-key',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'key of --dest-cert',
    commands: DEST,
  },
  destUser: {
    flag: 'dest-user',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<name>',
    help: 'user at the destination; its password comes from --dest-password-file, the environment, or `name:password`',
    commands: DEST,
  },
  destPasswordFile: {
    flag: 'dest-password-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'file with the password of --dest-user (or set ETCD_SYNCER_DEST_PASSWORD)',
    commands: DEST,
  },
  dataDir: {
    flag: 'data-dir',
    kind: 'text',
    schema: text.min(1),
    default: 'etcd-syncer.data',
    placeholder: '<dir>',
    help: 'local log and state',
    commands: ['run', 'bootstrap', 'promote', 'leave', 'log-dump', 'auth'],
  },
  prefix: {
    flag: 'prefix',
    kind: 'list',
    schema: list(text),
    default: [],
    placeholder: '<prefixes>',
    help: 'replicate keys under these prefixes (default: all)',
    commands: DEST,
  },
  excludePrefix: {
    flag: 'exclude-prefix',
    kind: 'list',
    schema: list(text.min(1)),
    default: [],
    placeholder: '<prefixes>',
    help: 'do not replicate keys under these prefixes',
    commands: DEST,
  },
  destPrefix: {
    flag: 'dest-prefix',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<prefix>',
    help: 'what replaces --prefix at the destination',
    commands: DEST,
  },
  noDestPrefix: {
    flag: 'no-dest-prefix',
    kind: 'flag',
    schema: flag,
    default: false,
    help: 'strip --prefix at the destination',
    commands: DEST,
  },
  leaseTtlFloor: {
    flag: 'lease-ttl-floor',
    kind: 'text',
    schema: duration,
    default: '10m',
    placeholder: '<duration>',
    help: 'least TTL of leases at the destination: an outage of etcd-syncer shorter than it expires nothing; 0 = the TTL of the source',
    commands: RUN,
  },
  auth: {
    flag: 'auth',
    kind: 'text',
    schema: z.enum(['replicate', 'skip']),
    default: 'replicate',
    placeholder: '<mode>',
    help: "replicate users, roles and whether auth is on, or skip: leave the destination's alone",
    commands: WRITES,
  },
  destKeepUsers: {
    flag: 'dest-keep-users',
    kind: 'list',
    schema: list(text.min(1)),
    default: [],
    placeholder: '<names>',
    help: "users of the destination that are left as they are, beside --dest-user: the source's of the same name are not replicated",
    commands: RUN,
  },
  onNonempty: {
    flag: 'on-nonempty',
    kind: 'text',
    schema: z.enum(['refuse', 'merge', 'prune']),
    default: 'refuse',
    placeholder: '<mode>',
    help: 'destination not empty at the first start: refuse, merge (keep foreign keys) or prune (delete them)',
    commands: WRITES,
  },
  checkpointPrefix: {
    flag: 'checkpoint-prefix',
    kind: 'text',
    schema: text.min(1),
    default: '__etcd_syncer__/',
    placeholder: '<prefix>',
    help: 'where positions are kept at the destination; keys under it are never replicated',
    commands: DEST,
  },
  maxTxnOps: {
    flag: 'max-txn-ops',
    kind: 'text',
    schema: count,
    default: '128',
    placeholder: '<n>',
    help: "the destination's limit of operations in a transaction",
    commands: RUN,
  },
  maxRequestBytes: {
    flag: 'max-request-bytes',
    kind: 'text',
    schema: size,
    default: '1.5MiB',
    placeholder: '<size>',
    help: "the destination's limit of request bytes",
    commands: RUN,
  },
  logMaxSize: {
    flag: 'log-max-size',
    kind: 'text',
    schema: size,
    default: '8GiB',
    placeholder: '<size>',
    help: 'size of the local log at which entries are no longer acknowledged',
    commands: RUN,
  },
  checkInterval: {
    flag: 'check-interval',
    kind: 'text',
    schema: duration,
    default: '0',
    placeholder: '<duration>',
    help: 'compare the destination with the source this often, as `check` does; needs --source-endpoints; 0 = never',
    commands: ['run'],
  },
  checkMaxRate: {
    flag: 'check-max-rate',
    kind: 'text',
    schema: count,
    default: '5000',
    placeholder: '<n>',
    help: 'keys a second that --check-interval reads of each side; 0 = no limit',
    commands: ['run'],
  },
  afterPromote: {
    flag: 'after-promote',
    kind: 'flag',
    schema: flag,
    default: false,
    help: 'when the destination was promoted: do what `promote` left to do and wait, instead of ending with DEST_PROMOTED',
    commands: ['run'],
  },
  checkMaxLoad: {
    flag: 'check-max-load',
    kind: 'text',
    schema: percent,
    default: '50',
    placeholder: '<percent>',
    help: 'share of the time that --check-interval may read each side: the slower it answers, the longer it is left alone',
    commands: ['run'],
  },
  checkMaxLag: {
    flag: 'check-max-lag',
    kind: 'text',
    schema: duration,
    default: '5s',
    placeholder: '<duration>',
    help: '--check-interval waits while replication lags more than this; 0 = it does not look',
    commands: ['run'],
  },
  checkSample: {
    flag: 'check-sample',
    kind: 'text',
    schema: percent,
    default: '100',
    placeholder: '<percent>',
    help: 'share of the values and TTLs that --check-interval compares, another part each time; keys and bindings are compared all',
    commands: ['run'],
  },
  ha: {
    flag: 'ha',
    kind: 'flag',
    schema: flag,
    default: false,
    help: 'one of several replicas: one writes, the others stand by; needs --join and --source-endpoints',
    commands: ['run', 'promote'],
  },
  replicaName: {
    flag: 'replica-name',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<name>',
    help: 'what this replica is called with --ha (default: the host name)',
    commands: ['run', 'promote'],
  },
  replicaUrl: {
    flag: 'replica-url',
    kind: 'text',
    schema: httpUrl.optional(),
    default: undefined,
    placeholder: '<url>',
    help: 'where other replicas reach the HTTP port of this one with --ha (default: --http-listen)',
    commands: ['run', 'promote'],
  },
  haLeaseTtl: {
    flag: 'ha-lease-ttl',
    kind: 'text',
    schema: duration,
    default: '2s',
    placeholder: '<duration>',
    help: 'after how long without a sign of life another replica takes over; the destination raises what is below three halves of its election timeout',
    commands: ['run', 'promote'],
  },
  httpListen: {
    flag: 'http-listen',
    kind: 'text',
    schema: text.regex(/^\S+:\d+$/, 'must be host:port'),
    default: '127.0.0.1:9380',
    placeholder: '<host:port>',
    help: 'health, metrics and status',
    commands: ['run', 'bootstrap', 'check', 'promote', 'status'],
  },
  httpCertFile: {
    flag: 'http-cert-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'certificate of --http-listen, which then is https',
    commands: HTTP_SERVER,
  },
  httpKeyFile: {
    flag: 'http-key-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'key of --http-cert-file',
    commands: HTTP_SERVER,
  },
  httpClientCaFile: {
    flag: 'http-client-ca-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'CA whose client certificates are those of operators',
    commands: HTTP_SERVER,
  },
  httpTokenFile: {
    flag: 'http-token-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'file with the token of operators, 16 bytes or more; without it and --http-client-ca-file nobody may change anything by HTTP',
    commands: HTTP,
  },
  httpUrl: {
    flag: 'http-url',
    kind: 'text',
    schema: url.optional(),
    default: undefined,
    placeholder: '<url>',
    help: 'where a running etcd-syncer is asked (default: --http-listen, https with --http-cert-file)',
    commands: HTTP_CLIENT,
  },
  httpServerCaFile: {
    flag: 'http-server-ca-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'CA that signed the certificate of --http-url',
    commands: HTTP_CLIENT,
  },
  httpClientCertFile: {
    flag: 'http-client-cert-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'our certificate as an operator at --http-url',
    commands: HTTP_CLIENT,
  },
  httpClientKeyFile: {
    flag: 'http-client-key-file',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'key of --http-client-cert-file',
    commands: HTTP_CLIENT,
  },
  config: {
    flag: 'config',
    kind: 'text',
    schema: text.optional(),
    default: undefined,
    placeholder: '<file>',
    help: 'YAML file with options by their flag names',
    commands: ALL,
  },
  logLevel: {
    flag: 'log-level',
    kind: 'text',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error']),
    default: 'info',
    placeholder: '<level>',
    help: 'trace, debug, info, warn or error; `etcd-syncer log-level` changes that of a running process, SIGUSR2 switches it between debug and back',
    commands: SOURCE,
  },
  logFormat: {
    flag: 'log-format',
    kind: 'text',
    schema: z.enum(['json', 'console']),
    default: 'json',
    placeholder: '<format>',
    help: 'json or console',
    commands: SOURCE,
  },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

/** The parsed values: durations in seconds, sizes in bytes. */
export type Config = { readonly [Name in OptionName]: z.output<(typeof OPTIONS)[Name]['schema']> };

/** ETCD_SYNCER_SOURCE_ENDPOINTS for source-endpoints. */
export function environmentName(flagName: string): string {
  return `ETCD_SYNCER_${flagName.toUpperCase().replaceAll('-', '_')}`;
}
