import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseMembers } from '../../src/transport/discovery.ts';
import { decodeConfChange, encodeConfChange } from '../../src/wire/conf-change.ts';
import { Reader, Writer } from '../../src/wire/cursor.ts';
import { decodeEntry, encodeEntry, entrySize } from '../../src/wire/entry.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import { MESSAGE_LINK_HEARTBEAT } from '../../src/wire/message-stream.ts';
import { decodeMessage, encodeMessage } from '../../src/wire/raft-message.ts';
import { type Entry, EntryType, type Message, MessageType } from '../../src/wire/types.ts';
import { CAPTURES, type Capture, isStream, loadCaptures, parseStream } from './captures.ts';
import { describeItems } from './describe-items.ts';
import {
  canonicalConfChange,
  canonicalEntry,
  canonicalMessage,
  type Item,
  secondMessageStream,
  secondMsgAppStream,
  secondPayload,
} from './second-decoder.ts';

// Property tests take seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000 });

const captures = loadCaptures();
const streams = captures.flatMap(capture =>
  capture.files
    .filter(isStream)
    .map(file => ({ name: `${capture.line} ${file.file}`, capture, file })),
);
const snapshots = captures.flatMap(({ line, files }) =>
  files.filter(({ kind }) => kind === 'snapshot').map(({ bytes }) => ({ line, bytes })),
);

/** Plain arrays instead of slices of the input, so that equal means equal bytes. */
function plain<T>(value: T): T {
  return structuredClone(value);
}

function isMessage(item: Item): item is Message {
  return item !== 'link-heartbeat';
}

/** Every entry that a line's appends carried. */
function entriesOf({ files, seat }: Capture): Entry[] {
  return files
    .filter(isStream)
    .flatMap(file => parseStream(file, seat, [file.bytes]))
    .filter(isMessage)
    .filter(({ type }) => type === MessageType.App)
    .flatMap(({ entries }) => entries);
}

describe.each(streams)('$name', ({ capture: { line, seat }, file }) => {
  const { bytes, kind, from } = file;
  const whole = plain(parseStream(file, seat, [bytes]));
  const second =
    kind === 'msgapp'
      ? secondMsgAppStream(bytes, from, seat)
      : { ...secondMessageStream(bytes), entries: [] };
  const bodies = 'messages' in second ? second.messages : second.bodies;

  test('a second implementation reads the same messages', () => {
    expect(whole.length).toBeGreaterThan(0);
    expect(whole).toEqual(second.items);
  });

  test('byte by byte it is the same', () => {
    const single = Array.from(bytes, byte => Uint8Array.of(byte));
    expect(plain(parseStream(file, seat, single))).toEqual(whole);
  });

  test('in any chunks it is the same', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => Uint8Array.from(bytes.subarray(at[i], end)));
        expect(plain(parseStream(file, seat, chunks))).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  test('messages are written again with the same fields', () => {
    for (const body of bodies) {
      const again = encodeMessage(decodeMessage(new Reader(body)));
      const withoutSnapshot = { ...decodeMessage(new Reader(body)) };
      delete withoutSnapshot.snapshot;
      expect(plain(decodeMessage(new Reader(again)))).toEqual(plain(withoutSnapshot));
      expect(canonicalMessage(again)).toEqual(canonicalMessage(body));
    }
  });

  test('entries are written again byte for byte', () => {
    const writer = new Writer();
    for (const body of second.entries) {
      const entry = decodeEntry(new Reader(body));
      writer.reset();
      encodeEntry(writer, entry);
      const again = writer.finish();
      expect(again.length).toBe(entrySize(entry));
      expect(canonicalEntry(again)).toEqual(canonicalEntry(body));
      // Up to 3.6 members write zeros as we do; later ones leave them out.
      if (line !== '3.7') expect(Buffer.from(again)).toEqual(Buffer.from(body));
    }
  });
});

describe.each(captures)('$line', capture => {
  const { line, version, files, v2Requests, seat, names } = capture;
  const entries = entriesOf(capture);
  const normal = entries.filter(({ type }) => type === EntryType.Normal);

  test('every entry decodes, and a second implementation reads the same request', () => {
    for (const { data } of normal) {
      expect(plain(decodePayload(data, { v2Requests }))).toEqual(secondPayload(data, v2Requests));
    }
  });

  test('conf changes are written again', () => {
    const changes = entries.filter(({ type }) => type === EntryType.ConfChange);
    expect(changes.length).toBeGreaterThanOrEqual(8);
    for (const { data } of changes) {
      const again = encodeConfChange(decodeConfChange(data));
      if (line === '3.7') expect(canonicalConfChange(again)).toEqual(canonicalConfChange(data));
      else expect(Buffer.from(again)).toEqual(Buffer.from(data));
    }
  });

  test('the load left nothing out', () => {
    const kinds = new Set<string>(
      normal.map(({ data }) => {
        const payload = decodePayload(data, { v2Requests });
        return payload.kind === 'v3' ? payload.request.kind : payload.kind;
      }),
    );
    const wanted = [
      ...['empty', 'put', 'delete-range', 'txn', 'compaction', 'alarm', 'lease-grant'],
      ...['lease-revoke', 'lease-checkpoint', 'auth-enable', 'auth-disable', 'user-add'],
      ...['user-delete', 'user-change-password', 'user-grant-role', 'user-revoke-role'],
      ...['role-add', 'role-delete', 'role-grant-permission', 'role-revoke-permission'],
    ];
    expect(wanted.filter(kind => !kinds.has(kind))).toEqual([]);
    const types = new Set(
      files
        .filter(isStream)
        .flatMap(file => parseStream(file, seat, [file.bytes]))
        .filter(isMessage)
        .map(({ type }) => type),
    );
    const { App, Heartbeat, ReadIndexResp, TimeoutNow, Vote } = MessageType;
    for (const type of [App, Heartbeat, ReadIndexResp, TimeoutNow, Vote])
      expect(types).toContain(type);
  });

  test('our sign of life on a message stream is theirs, but for zeros', () => {
    const beats = files
      .filter(({ kind }) => kind === 'message')
      .flatMap(({ bytes }) => secondMessageStream(bytes))
      .flatMap(({ items, bodies }) => bodies.filter((_, i) => items[i] === 'link-heartbeat'));
    expect(beats.length).toBeGreaterThan(0);
    const ours = canonicalMessage(MESSAGE_LINK_HEARTBEAT.subarray(8));
    for (const beat of beats) expect(canonicalMessage(beat)).toEqual(ours);
  });

  test('/version and /members', () => {
    const text = (kind: string) =>
      files.find(file => file.kind === kind)?.bytes.toString('utf8') ?? '';
    for (const { kind, headers, bytes } of files)
      if (kind === 'version' || kind === 'members')
        expect(bytes.length).toBe(Number(headers['content-length']));
    expect(JSON.parse(text('version'))).toMatchObject({ etcdserver: version });
    const members = parseMembers(text('members'), 'captured');
    expect(new Set(members.map(member => names.get(member.id)))).toEqual(new Set(names.values()));
    expect(members.find(({ id }) => id === seat)?.isLearner).toBe(true);
  });

  test('streams say which version sends them', () => {
    for (const { kind, headers } of files)
      if (kind === 'msgapp' || kind === 'message')
        expect(headers['x-server-version']).toBe(version);
  });

  test('described', () => {
    const described = files
      .filter(isStream)
      .map(
        file => `# ${file.file}\n${describeItems(parseStream(file, seat, [file.bytes]), names)}`,
      );
    const text = `${described.join('\n\n')}\n`;
    const path = join(CAPTURES, line, 'described.txt');
    if (process.env.REWRITE !== undefined) writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, 'utf8'));
    // Values and passwords are not told.
    expect(text).not.toContain('throw-away');
  });
});

describe.each(snapshots)('snapshot of $line', ({ bytes }) => {
  test('a message, then a bbolt file', () => {
    const length = Number(bytes.readBigUInt64BE(0));
    const body = bytes.subarray(8, 8 + length);
    const snap = decodeMessage(new Reader(body));
    expect(plain([snap])).toEqual(secondMessageStream(bytes.subarray(0, 8 + length)).items);
    expect(snap.type).toBe(MessageType.Snap);
    expect(snap.snapshot?.confState.learners).toEqual([snap.to]);
    expect(snap.snapshot?.confState.voters).toEqual([snap.from]);
    expect(snap.snapshot?.index).toBeGreaterThan(300);
    // Magic of bbolt's first meta page (bbolt page.go).
    expect(bytes.readUInt32LE(8 + length + 16)).toBe(0xed0cdaed);
  });
});
