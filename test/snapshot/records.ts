import { bucketValue, bytes, Image, inlineValue, type LeafElement } from './image.ts';

/** Protobuf, as small as it can be. */
function varint(value: bigint | number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Buffer.from([...out, Number(rest)]);
}

export function field(number: number, value: bigint | number | Buffer | string): Buffer {
  if (typeof value === 'bigint' || typeof value === 'number') {
    return Buffer.concat([varint(number * 8), varint(value)]);
  }
  const data = bytes(value);
  return Buffer.concat([varint(number * 8 + 2), varint(data.length), data]);
}

export function uint64(value: bigint | number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)));
  return out;
}

export function revision(main: number | bigint, sub = 0, mark = ''): Buffer {
  return Buffer.concat([uint64(main), Buffer.from('_'), uint64(sub), Buffer.from(mark)]);
}

export interface KeyValueFields {
  readonly create?: number;
  readonly mod?: number;
  readonly version?: number;
  readonly value?: Buffer | string;
  readonly lease?: bigint;
}

export function row(main: number, key: Buffer | string, fields: KeyValueFields = {}): LeafElement {
  const { create = main, mod = main, version = 1, value = 'v', lease = 0n } = fields;
  const parts = [
    field(1, key),
    field(2, create),
    field(3, mod),
    field(4, version),
    field(5, value),
  ];
  if (lease !== 0n) parts.push(field(6, lease));
  return { key: revision(main), value: Buffer.concat(parts) };
}

export function tombstone(main: number, key: Buffer | string, sub = 0): LeafElement {
  return { key: revision(main, sub, 't'), value: field(1, key) };
}

export function lease(id: bigint, ttl: number, remaining = 0): LeafElement {
  const parts = [field(1, id), field(2, ttl)];
  if (remaining !== 0) parts.push(field(3, remaining));
  return { key: uint64(id), value: Buffer.concat(parts) };
}

export interface Contents {
  readonly key?: readonly LeafElement[];
  readonly lease?: readonly LeafElement[];
  readonly alarm?: readonly LeafElement[];
  readonly auth?: readonly LeafElement[];
  readonly authUsers?: readonly LeafElement[];
  readonly authRoles?: readonly LeafElement[];
  readonly members?: readonly LeafElement[];
  readonly members_removed?: readonly LeafElement[];
  readonly cluster?: readonly LeafElement[];
  readonly meta?: readonly LeafElement[];
}

/** Sets the bucket of buckets; those of etcd that are not named are empty. */
export function etcdBuckets(image: Image, values: Readonly<Record<string, Buffer>>): void {
  image.buckets({ ...Object.fromEntries(NAMES.map(name => [name, inlineValue([])])), ...values });
}

const NAMES = [
  'alarm',
  'auth',
  'authRoles',
  'authUsers',
  'cluster',
  'key',
  'lease',
  'members',
  'members_removed',
  'meta',
];

/** An etcd database: `key` and `lease` with trees of their own, the others inline. */
export function etcdImage(contents: Contents, pageSize?: number): Image {
  const image = new Image(pageSize);
  const all = {
    alarm: [],
    auth: [{ key: 'authRevision', value: uint64(1) }],
    authUsers: [],
    authRoles: [],
    members: [],
    members_removed: [],
    cluster: [{ key: 'clusterVersion', value: '3.5.0' }],
    meta: [
      { key: 'consistent_index', value: uint64(99) },
      { key: 'term', value: uint64(3) },
    ],
    key: [],
    lease: [],
    ...contents,
  };
  const values: Record<string, Buffer> = {};
  for (const [name, elements] of Object.entries(all)) {
    const sorted = [...elements].sort((a, b) => Buffer.compare(bytes(a.key), bytes(b.key)));
    const hasTree = name === 'key' || name === 'lease';
    values[name] = hasTree ? bucketValue(image.tree(sorted)) : inlineValue(sorted);
  }
  image.buckets(values);
  return image;
}
