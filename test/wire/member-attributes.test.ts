import { describe, expect, test } from 'vitest';
import { Reader } from '../../src/wire/cursor.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import {
  encodeMemberAttrSet,
  encodeV2Attributes,
  type MemberAttributes,
} from '../../src/wire/member-attributes.ts';
import { EntryType, type Message, MessageType } from '../../src/wire/types.ts';
import { isStream, loadCaptures, parseStream } from './captures.ts';
import { secondPayload } from './second-decoder.ts';

/** Attributes entries that members of each line wrote for themselves. */
const published = loadCaptures().flatMap(capture => {
  const seen = new Map<number, Uint8Array>();
  for (const file of capture.files.filter(isStream)) {
    const messages = parseStream(file, capture.seat, [file.bytes]);
    for (const item of messages) {
      if (item === 'link-heartbeat' || (item as Message).type !== MessageType.App) continue;
      for (const { type, index, data } of (item as Message).entries) {
        if (type !== EntryType.Normal || data.length === 0) continue;
        const payload = decodePayload(data, { v2Requests: capture.v2Requests });
        const isAttributes =
          payload.kind === 'v2'
            ? payload.path.endsWith('/attributes')
            : payload.kind === 'v3' && payload.request.kind === 'cluster-member-attr-set';
        if (isAttributes) seen.set(index, data);
      }
    }
  }
  return [...seen].map(([index, data]) => ({
    line: capture.line,
    index,
    data,
    v2Requests: capture.v2Requests,
  }));
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const SEAT: MemberAttributes = {
  requestId: 0x27d6_a0c1_aea6_0c02n,
  memberId: 0x0e32_8210_1ff3_a166n,
  name: 'etcd-syncer',
  clientUrls: [],
};

test('every line is there with its members', () => {
  for (const line of ['3.4', '3.5', '3.6', '3.7']) {
    expect(published.filter(entry => entry.line === line).length).toBeGreaterThanOrEqual(3);
  }
});

describe.each(published)('what a member of $line wrote at $index', ({ line, data, v2Requests }) => {
  test('is what our encoder writes, byte by byte', () => {
    const payload = decodePayload(data, { v2Requests });
    if (payload.kind === 'v2') {
      expect(['3.4', '3.5']).toContain(line);
      const { name, clientURLs } = JSON.parse(payload.value) as {
        name: string;
        clientURLs: string[];
      };
      const reader = new Reader(data);
      reader.tag();
      const requestId = reader.uint64();
      const memberId = BigInt(`0x${payload.path.split('/')[3]}`);
      const ours = encodeV2Attributes({ requestId, memberId, name, clientUrls: clientURLs });
      expect(hex(ours)).toBe(hex(data));
      return;
    }
    expect(['3.6', '3.7']).toContain(line);
    if (payload.kind !== 'v3' || payload.request.kind !== 'cluster-member-attr-set') {
      throw new Error('not an attributes entry');
    }
    const { memberId, name, clientUrls } = payload.request;
    const requestId = payload.header.id;
    expect(hex(encodeMemberAttrSet({ requestId, memberId, name, clientUrls }))).toBe(hex(data));
  });
});

describe('the entry of a seat', () => {
  test('as members of 3.4 and 3.5 write it, without client URLs', () => {
    const path = Buffer.from('/0/members/e3282101ff3a166/attributes').toString('hex');
    const value = Buffer.from('{"name":"etcd-syncer"}').toString('hex');
    expect(hex(encodeV2Attributes(SEAT))).toBe(
      `08829898f59a98a8eb27 1203505554 1a25${path} 2216${value} 2800 3200 3800 4800 5000 5800 6000 6800 7000 7800 800100`.replaceAll(
        ' ',
        '',
      ),
    );
  });

  test('as members of 3.6 and 3.7 write it, without client URLs', () => {
    const data = encodeMemberAttrSet(SEAT);
    expect(decodePayload(data, { v2Requests: false })).toMatchObject({
      header: { id: SEAT.requestId, username: '', authRevision: 0 },
      request: { memberId: SEAT.memberId, name: 'etcd-syncer', clientUrls: [] },
    });
  });

  test('a second decoder reads what was meant', () => {
    const { requestId, memberId, name, clientUrls } = SEAT;
    for (const v2Requests of [true, false]) {
      expect(secondPayload(encodeMemberAttrSet(SEAT), v2Requests)).toEqual({
        kind: 'v3',
        header: { id: requestId, username: '', authRevision: 0 },
        request: { kind: 'cluster-member-attr-set', memberId, name, clientUrls },
      });
    }
    expect(secondPayload(encodeV2Attributes(SEAT), true)).toEqual({
      kind: 'v2',
      method: 'PUT',
      path: '/0/members/e3282101ff3a166/attributes',
      value: '{"name":"etcd-syncer"}',
    });
  });

  test.each([
    ['request ID 0', { requestId: 0n }],
    ['a negative request ID', { requestId: -1n }],
    ['a request ID beyond 64 bits', { requestId: 1n << 64n }],
    ['member ID 0', { memberId: 0n }],
    ['no name', { name: '' }],
    ['a quote in the name', { name: 'a"b' }],
    ['a byte that JSON escapes', { name: 'a\u2028b' }],
    ['a name of 65', { name: 'x'.repeat(65) }],
    ['a line break', { name: 'x\n' }],
    ['a URL with a quote', { clientUrls: ['http://h"'] }],
  ])('is not written with %s', (_, flaw) => {
    expect(() => encodeV2Attributes({ ...SEAT, ...flaw })).toThrow(RangeError);
    expect(() => encodeMemberAttrSet({ ...SEAT, ...flaw })).toThrow(RangeError);
  });
});
