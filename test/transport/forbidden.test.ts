import { describe, expect, test } from 'vitest';
import { encodeConfChange } from '../../src/wire/conf-change.ts';
import { encodeMessage, message } from '../../src/wire/raft-message.ts';
import { type Exchange, readExchanges } from '../kit/http-record.ts';
import { readFrames, readMessage } from '../kit/raftpb.ts';
import { allForbidden, type Facts, FORBIDDEN } from './forbidden.ts';
import type { Sent } from './wiretap.ts';

const SEAT = 5n;
const FACTS: Facts = { seat: SEAT, version: '3.5.30', lastIndex: 10, isPromoted: false };
const NOTHING: Sent = {
  answers: [],
  requests: [],
  messages: [],
  msgapp: Buffer.alloc(0),
  termsGiven: new Set([3]),
};

function answered(path: string, answer: string): Exchange[] {
  return readExchanges(Buffer.from(`GET ${path} HTTP/1.1\r\n\r\n`), Buffer.from(answer));
}

function raft(fields: Parameters<typeof message>[0]): Pick<Sent, 'messages'> {
  const sent = message({ from: SEAT, to: 1n, term: 3, ...fields });
  return { messages: [readMessage(encodeMessage(sent))] };
}

function proposal(type: number, data: Uint8Array): Pick<Sent, 'messages'> {
  return raft({ type: 2, term: 0, entries: [{ type, term: 0, index: 0, data }] });
}

function removal(id: bigint, nodeId: bigint): Pick<Sent, 'messages'> {
  return proposal(1, encodeConfChange({ id, type: 1, nodeId, context: new Uint8Array(0) }));
}

/** One thing of each kind; a judge that lets it pass would prove nothing about a seat. */
const CASES: Record<keyof typeof FORBIDDEN, [string, Partial<Sent>][]> = {
  gone: [['410', { answers: answered('/raft/stream/msgapp/1', 'HTTP/1.1 410 Gone\r\n\r\n') }]],
  forbidden: [['403', { answers: answered('/raft', 'HTTP/1.1 403 Forbidden\r\n\r\n') }]],
  versionHeader: ['3.5', 'v3.5.30', '3.5.30-rc', ''].map(version => [
    `"${version}"`,
    {
      answers: answered('/x', `HTTP/1.1 200 OK\r\nX-Server-Version: ${version}\r\n\r\n`),
    },
  ]),
  msgapp: [['a byte', { msgapp: Buffer.from([0, 0, 1]) }]],
  proposals: [
    ['no entries', raft({ type: 2, term: 0 })],
    ['a put', proposal(0, Buffer.from([0x22, 0]))],
    ['a removal though not promoted', removal(9n, SEAT)],
  ],
  acknowledgements: [['beyond the last', raft({ type: 4, index: 11 })]],
  terms: [
    ['a term not given', raft({ type: 9, term: 4 })],
    ['no term', raft({ type: 4, term: 0 })],
  ],
  campaigns: [
    ['a vote asked for', raft({ type: 5 })],
    ['a pre-vote asked for', raft({ type: 17 })],
    ['an append', raft({ type: 3 })],
  ],
  names: [['another name', raft({ type: 9, from: 1n })]],
  hashes: [['a hash', { answers: answered('/members/hashkv', 'HTTP/1.1 200 OK\r\n\r\n{}') }]],
  members: [['an empty list', { answers: answered('/members', 'HTTP/1.1 200 OK\r\n\r\n[]') }]],
  unanswered: [['no answer', { answers: answered('/version', '') }]],
};

describe('the judge of what a seat sends', () => {
  test.each(
    Object.entries(CASES).flatMap(([row, cases]) =>
      cases.map(([what, sent]) => [row as keyof typeof FORBIDDEN, what, sent] as const),
    ),
  )('%s: %s is found', (row, _, sent) => {
    expect(FORBIDDEN[row]({ ...NOTHING, ...sent }, FACTS)).toHaveLength(1);
  });

  test('what a seat has to send is not found', () => {
    const sent = [
      raft({ type: 4, index: 10 }),
      raft({ type: 9 }),
      raft({
        type: 15,
        term: 0,
        entries: [{ type: 0, term: 0, index: 0, data: Buffer.from('x') }],
      }),
    ];
    const messages = sent.flatMap(each => each.messages);
    const all = { ...NOTHING, messages, msgapp: Buffer.alloc(3) };
    expect(allForbidden(all, FACTS)).toEqual([]);
    const leaving = { ...NOTHING, ...removal(9n, SEAT) };
    expect(allForbidden(leaving, { ...FACTS, isPromoted: true })).toEqual([]);
  });

  test.each([
    ['of another', removal(9n, 6n)],
    ['without an ID', removal(0n, SEAT)],
  ])('a promoted seat: a removal %s is found', (_, sent) => {
    const facts = { ...FACTS, isPromoted: true };
    expect(FORBIDDEN.proposals({ ...NOTHING, ...sent }, facts)).toHaveLength(1);
  });

  test('chunks, several requests on a connection, and what is cut off are read', () => {
    const sent = 'POST /raft HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n\r\n';
    const answers =
      'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n5\r\nz';
    const read = readExchanges(Buffer.from(sent), Buffer.from(answers));
    expect(read.map(({ path, status }) => [path, status])).toEqual([
      ['/raft', 204],
      ['/b', 200],
    ]);
    expect(read[0]?.request.body.toString()).toBe('abc');
    expect(read[1]?.answer?.body.toString()).toBe('xyz');
    expect(readFrames(Buffer.from([0, 0, 0, 0, 0, 0, 0, 9, 8]))).toEqual([]);
  });
});
