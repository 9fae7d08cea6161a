import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../kit/load.ts';
import {
  type Everything,
  Folder,
  failure,
  outcome,
  readAll,
  SAVED_BY_ETCD,
  withTrailer,
} from './file.ts';
import { metaPage } from './image.ts';

const SEED = 0x0e7cd;
/** Of each kind. */
const ROUNDS = Number(process.env.DAMAGE_ROUNDS ?? 150);
/** Far more than it takes: what ends it is a walk without an end. */
const TIMEOUT_MS = 600_000;
const PAGE = 4_096;
const CODES = /^SNAPSHOT_(DAMAGED|HASH|NOT_BBOLT): /;

/** Saved by etcd itself, without the hash behind it. */
const saved = gunzipSync(readFileSync(SAVED_BY_ETCD)).subarray(0, -32);

type Damage = (data: Buffer, random: (below: number) => number) => Buffer;

const flip: Damage = (data, random) => {
  const at = random(data.length);
  data.writeUInt8(data.readUInt8(at) ^ (1 << random(8)), at);
  return data;
};

const DAMAGES: Readonly<Record<string, Damage>> = {
  'a flipped bit': flip,
  'a flipped bit among the heads of a page': (data, random) => {
    const at = (2 + random(data.length / PAGE - 2)) * PAGE + random(64);
    data.writeUInt8(data.readUInt8(at) ^ (1 << random(8)), at);
    return data;
  },
  'another number in a head': (data, random) => {
    const at = (2 + random(data.length / PAGE - 2)) * PAGE + random(40) * 4;
    data.writeUInt32LE([0, 1, 2, 16, PAGE, 0xffff, 0x7fff_ffff, 0xffff_ffff][random(8)] ?? 0, at);
    return data;
  },
  'an end that is missing': (data, random) => data.subarray(0, random(data.length)),
  'pages that are missing at the end': (data, random) =>
    data.subarray(0, random(data.length / PAGE) * PAGE),
  'zeros in place of a block': (data, random) => {
    const at = random(data.length / 512) * 512;
    return data.fill(0, at, at + 512);
  },
  'a page in place of another': (data, random) => {
    const [from, to] = [2 + random(data.length / PAGE - 2), 2 + random(data.length / PAGE - 2)];
    data.copy(data, to * PAGE, from * PAGE, (from + 1) * PAGE);
    return data;
  },
  'metas that name other pages': (data, random) => {
    const pages = BigInt(data.length / PAGE);
    const number = (): bigint => BigInt(random(Number(pages) + 2));
    const root = data.readBigUInt64LE(32);
    const meta = {
      pageSize: random(4) === 0 ? 2 ** random(20) : PAGE,
      root: random(3) === 0 ? number() : root,
      highWater: random(2) === 0 ? number() : pages,
      ...(random(2) === 0 ? { freelist: number() } : {}),
    };
    metaPage(0, { ...meta, transaction: 8n }).copy(data, 0);
    metaPage(1, { ...meta, transaction: 9n }).copy(data, PAGE);
    return data;
  },
};

/** What of a file no damage to a value could change. */
const shapeOf = ({ rows, leases, counts }: Everything) => ({
  rows: rows.map(({ revision, record }) => `${revision}${record === undefined ? ' t' : ''}`),
  leases: leases.length,
  buckets: counts.buckets,
});

describe.each(Object.entries(DAMAGES))('%s', (name, damage) => {
  test('an error with a code, or all that the file held', { timeout: TIMEOUT_MS }, async () => {
    using folder = new Folder();
    const random = seededRandom(SEED + name.length);
    const below = (limit: number): number => Math.floor(random() * limit);
    const whole = shapeOf(await readAll(folder.write(saved)));
    let refused = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const what = await outcome(folder.write(damage(Buffer.from(saved), below)));
      if (typeof what === 'string') {
        expect(what, `round ${round}`).toMatch(CODES);
        refused += 1;
      } else expect(shapeOf(what), `round ${round}`).toEqual(whole);
    }
    expect(refused).toBeGreaterThan(0);
  });
});

test('with the hash behind it no damage goes through', { timeout: TIMEOUT_MS }, async () => {
  using folder = new Folder();
  const random = seededRandom(SEED);
  const sealed = withTrailer(saved);
  for (let round = 0; round < ROUNDS; round += 1) {
    const path = folder.write(flip(Buffer.from(sealed), limit => Math.floor(random() * limit)));
    expect(await failure(path), `round ${round}`).toMatch(CODES);
  }
});
