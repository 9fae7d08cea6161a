import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount } from '../../src/ops/units.ts';
import type { Status } from '../../src/replicator/status.ts';
import { statusOf } from '../../src/replicator/status-of.ts';
import { formatStatus, formatStatusLine } from '../../src/replicator/status-text.ts';

const EMPTY = statusOf('replicating', 7, [], undefined);

const BUSY: Status = {
  ...EMPTY,
  source: {
    ...EMPTY.source,
    peers: [
      {
        id: 'a',
        url: 'http://10.0.0.1:2380',
        version: '3.5.30',
        msgappStream: true,
        messageStream: true,
        servedMessageStream: true,
        secondsSinceHeard: 0,
        lastError: undefined,
      },
    ],
  },
  positions: { ...EMPTY.positions, confirmed: 90_112 },
  lag: { entries: 123_456, bytes: 200_000_000, seconds: 3.25 },
  throughput: {
    entries_per_second: 99_999.6,
    bytes_per_second: 52_428_800,
    received_bytes_per_second: 0,
  },
  ha: { role: 'standby', replica: 'two', writer: { name: 'one', url: 'http://one' }, takeovers: 0 },
  check: { at: '2026-01-01T00:00:00.000Z', keys: 1_000_000, differences: 0, seconds: 60 },
  last_errors: [{ at: '2026-01-01T00:00:01.000Z', code: 'DEST_UNREACHABLE', message: 'away' }],
};

describe('status for people', () => {
  test('one line has what is asked for first', () => {
    expect(formatStatusLine(BUSY)).toBe(
      'replicating  two, standby: one writes (http://one)  lag 123,456 entries, 190.7 MiB, 3.250 s  100,000 entries/s, 50.0 MiB/s  confirmed 90112  last error DEST_UNREACHABLE 2026-01-01T00:00:01.000Z',
    );
  });

  test('what is wrong is said, what is not there is not', () => {
    const line = formatStatusLine({
      ...EMPTY,
      destination: { ...EMPTY.destination, consistent: false },
    });
    expect(line).toBe(
      'replicating  lag 0 entries, 0 B, 0.000 s  0 entries/s, 0 B/s  confirmed 0  no stream from the source  NOT consistent',
    );
  });

  test('the table has a row for the check, and for who writes', () => {
    expect(formatStatus(BUSY)).toMatch(/^check +2026.*, 1,000,000 keys: nothing differs$/m);
    expect(formatStatus(BUSY)).toMatch(/^replica +two, standby: one writes/m);
    const failed: Status = {
      ...BUSY,
      check: {
        at: '2026',
        keys: 1,
        differences: 3,
        seconds: 1,
        failed_at: '2027',
      },
    };
    expect(formatStatus(failed)).toMatch(/^check +2026, 1 keys: 3 DIFFERENCES; the one of 2027 f/m);
  });

  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KiB'],
    [1_048_575, '1.0 MiB'],
    [2 ** 60, '1024.0 PiB'],
  ])('%d bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('counts', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
  });
});
