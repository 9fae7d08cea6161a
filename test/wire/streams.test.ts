import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { decodeConfChange, encodeConfChange } from '../../src/wire/conf-change.ts';
import { Reader, WireError } from '../../src/wire/cursor.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import { encodeMessageFrame, MessageParser } from '../../src/wire/message-stream.ts';
import { MsgAppParser } from '../../src/wire/msgapp-stream.ts';
import { decodeMessage, encodeMessage, message } from '../../src/wire/raft-message.ts';
import type { Message } from '../../src/wire/types.ts';

// A second implementation of the wire, by reflection: our own codec must not prove itself.
const raftpb = protobuf.parse(`syntax = "proto2"; package raftpb;
message Entry { optional int32 Type = 1; optional uint64 Term = 2; optional uint64 Index = 3; optional bytes Data = 4; }
message Message { optional int32 type = 1; optional uint64 to = 2; optional uint64 from = 3; optional uint64 term = 4;
  optional uint64 logTerm = 5; optional uint64 index = 6; repeated Entry entries = 7; optional uint64 commit = 8;
  optional bool reject = 10; optional uint64 rejectHint = 11; optional bytes context = 12; }`).root;
const PbMessage = raftpb.lookupType('raftpb.Message');
const PbEntry = raftpb.lookupType('raftpb.Entry');

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function entryFrames(first: number, count: number, commit: number): Buffer {
  const parts: Buffer[] = [Buffer.from([1]), u64(count)];
  for (let i = 0; i < count; i += 1) {
    const bytes = PbEntry.encode({
      Type: 0,
      Term: 3,
      Index: first + i,
      Data: Buffer.from(`data ${i}`),
    }).finish();
    parts.push(u64(bytes.length), Buffer.from(bytes));
  }
  return Buffer.concat([...parts, u64(commit)]);
}

function sample(): Buffer {
  const whole = Buffer.from(
    PbMessage.encode({
      type: 3,
      to: 2,
      from: 1,
      term: 3,
      logTerm: 2,
      index: 7,
      commit: 6,
      entries: [{ Type: 0, Term: 3, Index: 8, Data: Buffer.from('x') }],
    }).finish(),
  );
  return Buffer.concat([
    Buffer.from([0, 2]),
    u64(whole.length),
    whole,
    entryFrames(9, 3, 10),
    Buffer.from([0]),
    entryFrames(12, 0, 11),
  ]);
}

function parse(chunks: readonly Uint8Array[]): { messages: Message[]; heartbeats: number } {
  const messages: Message[] = [];
  let heartbeats = 0;
  const parser = new MsgAppParser(1n, 2n, {
    message: m => messages.push(m),
    linkHeartbeat: () => (heartbeats += 1),
  });
  for (const chunk of chunks) parser.feed(Uint8Array.from(chunk));
  return { messages, heartbeats };
}

describe('msgapp stream', () => {
  test('frames that refer back to the one before', () => {
    const { messages, heartbeats } = parse([sample()]);
    expect(heartbeats).toBe(2);
    expect(messages.map(m => [m.index, m.logTerm, m.entries.map(e => e.index), m.commit])).toEqual([
      [7, 2, [8], 6],
      [8, 3, [9, 10, 11], 10],
      [11, 3, [], 11],
    ]);
  });

  test('one byte at a time is the same', () => {
    const bytes = sample();
    expect(parse([...bytes].map(byte => Uint8Array.of(byte)))).toEqual(parse([bytes]));
  });

  test('any cut is the same', () => {
    const bytes = sample();
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => Uint8Array.from(bytes.subarray(at[i], end)));
        expect(parse(chunks)).toEqual(parse([bytes]));
      }),
    );
  });

  test('a length over the limit is refused before it is read', () => {
    const parser = new MsgAppParser(
      1n,
      2n,
      { message: () => undefined, linkHeartbeat: () => undefined },
      1024,
    );
    expect(() => parser.feed(Buffer.concat([Buffer.from([2]), u64(1025)]))).toThrow(WireError);
    const entries = new MsgAppParser(
      1n,
      2n,
      { message: () => undefined, linkHeartbeat: () => undefined },
      1024,
    );
    expect(() => entries.feed(Buffer.concat([Buffer.from([1]), u64(2 ** 40)]))).toThrow(WireError);
  });
});

test('the limit of a frame is on its entries together, and holds before they are there', () => {
  const make = () =>
    new MsgAppParser(
      1n,
      2n,
      { message: () => expect.unreachable(), linkHeartbeat: () => undefined },
      1_024,
    );
  const head = Buffer.concat([Buffer.from([1]), u64(2)]);
  expect(() => make().feed(Buffer.concat([head, u64(1_025)]))).toThrow(WireError);
  const first = PbEntry.encode({ Type: 0, Term: 1, Index: 1, Data: Buffer.alloc(600) }).finish();
  const parser = make();
  parser.feed(Buffer.concat([head, u64(first.length), first]));
  expect(() => parser.feed(u64(600))).toThrow(WireError);
});

describe('entries by the million', () => {
  test('a message of more entries than a leader ever sends is refused, not decoded', () => {
    const body = Buffer.alloc(2 * 262_145);
    for (let at = 0; at < body.length; at += 2) body[at] = 0x3a;
    expect(() => decodeMessage(new Reader(body))).toThrow(WireError);
    expect(decodeMessage(new Reader(body.subarray(2))).entries).toHaveLength(262_144);
    const parser = new MsgAppParser(1n, 2n, {
      message: () => expect.unreachable(),
      linkHeartbeat: () => undefined,
    });
    expect(() => parser.feed(Buffer.concat([Buffer.from([2]), u64(body.length), body]))).toThrow(
      WireError,
    );
  });
});

describe('any bytes', () => {
  const sinks = { message: () => undefined, linkHeartbeat: () => undefined };
  const onlyWireErrors = (decode: () => unknown): void => {
    try {
      decode();
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
    }
  };

  test('throw nothing but WireError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        onlyWireErrors(() => decodeMessage(new Reader(bytes)));
        onlyWireErrors(() => decodePayload(bytes, { v2Requests: true }));
        onlyWireErrors(() => new MsgAppParser(1n, 2n, sinks, 4096).feed(bytes));
        onlyWireErrors(() => new MessageParser(sinks, 4096).feed(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  test('mutations of valid bytes likewise', () => {
    const valid = sample();
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), (at, byte) => {
        const mutated = Uint8Array.from(valid);
        mutated[at] = byte;
        onlyWireErrors(() => parse([mutated]));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('raft message', () => {
  test('what we write is read the same by a second implementation', () => {
    const sent = message({
      type: 4,
      to: 2n ** 64n - 1n,
      from: 5n,
      term: 7,
      index: 9,
      reject: true,
      rejectHint: 3,
      logTerm: 2,
    });
    const read = PbMessage.toObject(PbMessage.decode(encodeMessage(sent)), { longs: String });
    expect(read).toMatchObject({
      type: 4,
      to: '18446744073709551615',
      from: '5',
      term: '7',
      index: '9',
      reject: true,
      rejectHint: '3',
      logTerm: '2',
    });
    expect(decodeMessage(new Reader(encodeMessage(sent)))).toEqual(sent);
  });

  test('types that are no types are written as they were read: ten bytes when negative', () => {
    const entries = [{ type: -1, term: 1, index: 2, data: Uint8Array.of(7) }];
    const sent = message({ type: -2, term: 3, entries });
    expect(decodeMessage(new Reader(encodeMessage(sent)))).toEqual(sent);
    const change = { id: 1n, type: -3, nodeId: 2n, context: new Uint8Array(0) };
    expect(decodeConfChange(encodeConfChange(change))).toEqual(change);
  });

  test('a frame of the message stream comes out of its parser', () => {
    const seen: Message[] = [];
    const sent = message({ type: 9, to: 1n, from: 2n, term: 4, context: Uint8Array.of(1, 2) });
    new MessageParser({ message: m => seen.push(m), linkHeartbeat: () => undefined }).feed(
      encodeMessageFrame(sent),
    );
    expect(seen).toEqual([sent]);
  });
});

describe('payload', () => {
  test('a bare v2 request of 3.4 and 3.5 is no InternalRaftRequest', () => {
    const v2 = protobuf
      .parse(
        `syntax = "proto2"; message R { optional uint64 ID = 1; optional string Method = 2; optional string Path = 3; optional string Val = 4; optional bool Dir = 5; }`,
      )
      .root.lookupType('R');
    const bytes = v2
      .encode({ ID: 5, Method: 'PUT', Path: '/0/version', Val: '3.5.0', Dir: false })
      .finish();
    expect(decodePayload(bytes, { v2Requests: true })).toEqual({
      kind: 'v2',
      method: 'PUT',
      path: '/0/version',
      value: '3.5.0',
    });
    expect(() => decodePayload(bytes, { v2Requests: false })).toThrow(WireError);
  });
});
