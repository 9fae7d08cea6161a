import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SyncerError } from '../../src/ops/errors.ts';
import { decodeV2Members } from '../../src/snapshot/v2-members.ts';
import { Reader } from '../../src/wire/cursor.ts';
import { decodeMessage } from '../../src/wire/raft-message.ts';

const CAPTURES = fileURLToPath(new URL('../../testdata/wire/', import.meta.url));
const lines = readdirSync(CAPTURES).filter(name => /^\d/.test(name));

/** The v2 store that came with a captured MsgSnap. */
function captured(line: string): Uint8Array {
  const front = readFileSync(join(CAPTURES, line, 'snapshot-front.bin'));
  const length = Number(front.readBigUInt64BE(0));
  const { snapshot } = decodeMessage(new Reader(front.subarray(8, 8 + length)));
  return snapshot?.data ?? new Uint8Array(0);
}

test.each(lines)('what a leader of %s sent', line => {
  const found = decodeV2Members(captured(line));
  if (found === undefined) {
    expect(['3.6', '3.7']).toContain(line);
    return;
  }
  expect(found.members.size).toBeGreaterThan(1);
  const learners = [...found.members.values()].filter(({ isLearner }) => isLearner);
  expect(learners).toHaveLength(1);
  for (const { id, name, peerUrls, clientUrls, isLearner } of found.members.values()) {
    expect(id > 0n).toBe(true);
    expect(peerUrls.every(url => url.startsWith('http'))).toBe(true);
    expect(peerUrls).not.toHaveLength(0);
    // A learner that never served has told neither name nor URLs.
    if (!isLearner) expect([name === '', clientUrls.length > 0]).toEqual([false, true]);
  }
  expect(found.clusterVersion).toMatch(/^\d+\.\d+\.0$/);
});

function storeOf(members: unknown, more: object = {}): Buffer {
  return Buffer.from(
    JSON.stringify({ Root: { Children: { 0: { Children: { members, ...more } } } } }),
  );
}

describe('what it can be', () => {
  test('nothing at all, or a store without members', () => {
    expect(decodeV2Members(new Uint8Array(0))).toBeUndefined();
    for (const text of [
      'null',
      '{}',
      '{"Root":null}',
      '{"Root":{"Children":{"0":{}}}}',
      '[]',
      '7',
    ]) {
      expect(decodeV2Members(Buffer.from(text)), text).toBeUndefined();
    }
  });

  test('a removed member, and a version that is missing', () => {
    const found = decodeV2Members(
      storeOf(
        {
          Children: {
            a: { Children: { raftAttributes: { Value: '{"peerURLs":["http://x:1"]}' } } },
          },
        },
        { removed_members: { Children: { ffffffffffffffff: { Value: 'removed' } } } },
      ),
    );
    expect(found?.removed).toEqual(new Set([0xffff_ffff_ffff_ffffn]));
    expect(found?.clusterVersion).toBe('');
    expect(found?.members.get(10n)).toEqual({
      id: 10n,
      name: '',
      peerUrls: ['http://x:1'],
      clientUrls: [],
      isLearner: false,
    });
  });

  test.each([
    ['no JSON', Buffer.from('{"Root":')],
    ['an ID that is none', storeOf({ Children: { 'not hex': {} } })],
    ['an ID of 65 bits', storeOf({ Children: { '1ffffffffffffffff': {} } })],
    [
      '__proto__',
      Buffer.from(
        '{"Root":{"Children":{"0":{"Children":{"members":{"Children":{"__proto__":{}}}}}}}}',
      ),
    ],
    [
      'attributes that are no JSON',
      storeOf({ Children: { a: { Children: { attributes: { Value: '{' } } } } }),
    ],
    ['no node', storeOf({ Children: { a: null } })],
    ['a member list that is a number', storeOf(7)],
  ])('%s: SNAPSHOT_DAMAGED, or nothing of it is taken', (_, data) => {
    try {
      const found = decodeV2Members(data);
      for (const member of found?.members.values() ?? []) {
        expect([member.name, member.peerUrls, member.clientUrls]).toEqual(['', [], []]);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(SyncerError);
      expect((error as SyncerError).code).toBe('SNAPSHOT_DAMAGED');
    }
  });

  test('any JSON, any bytes: members or SNAPSHOT_DAMAGED', () => {
    const anything = fc.oneof(
      fc.json().map(text => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
      fc.jsonValue().map(value => storeOf(value)),
      fc.jsonValue().map(value => storeOf({ Children: { a: value } })),
      fc.jsonValue().map(value =>
        storeOf({
          Children: {
            a: {
              Children: {
                attributes: { Value: JSON.stringify(value) },
                raftAttributes: { Value: JSON.stringify(value) },
              },
            },
          },
        }),
      ),
      fc.jsonValue().map(value => storeOf({}, { removed_members: value, version: value })),
    );
    fc.assert(
      fc.property(anything, data => {
        try {
          const found = decodeV2Members(data);
          expect(typeof (found?.clusterVersion ?? '')).toBe('string');
        } catch (error) {
          expect((error as SyncerError).code).toBe('SNAPSHOT_DAMAGED');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
