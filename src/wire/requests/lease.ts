import type { Reader } from '../cursor.ts';
import type { Request } from '../types.ts';
import { skipUnknown } from './kv.ts';

/*
 *   LeaseGrantRequest       1 TTL, 2 ID
 *   LeaseRevokeRequest      1 ID
 *   LeaseCheckpointRequest  1 checkpoints* { 1 ID, 2 remaining_TTL }
 *   AlarmRequest            1 action, 2 memberID, 3 alarm
 */

export function decodeLeaseGrant(reader: Reader): Request {
  let id = 0n;
  let ttl = 0n;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) ttl = reader.int64();
    else if (tag === 0x10) id = reader.int64();
    else skipUnknown(reader, tag, 2);
  }
  return { kind: 'lease-grant', id, ttl };
}

export function decodeLeaseRevoke(reader: Reader): Request {
  let id = 0n;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) id = reader.int64();
    else skipUnknown(reader, tag, 1);
  }
  return { kind: 'lease-revoke', id };
}

export function decodeLeaseCheckpoint(reader: Reader): Request {
  const checkpoints: { id: bigint; remainingTtl: bigint }[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) checkpoints.push(decodeCheckpoint(reader.nested()));
    else skipUnknown(reader, tag, 1);
  }
  return { kind: 'lease-checkpoint', checkpoints };
}

function decodeCheckpoint(reader: Reader): { id: bigint; remainingTtl: bigint } {
  let id = 0n;
  let remainingTtl = 0n;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) id = reader.int64();
    else if (tag === 0x10) remainingTtl = reader.int64();
    else skipUnknown(reader, tag, 2);
  }
  return { id, remainingTtl };
}

export function decodeAlarm(reader: Reader): Request {
  let action = 0;
  let memberId = 0n;
  let alarm = 0;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) action = reader.int32();
    else if (tag === 0x10) memberId = reader.uint64();
    else if (tag === 0x18) alarm = reader.int32();
    else skipUnknown(reader, tag, 3);
  }
  return { kind: 'alarm', action, memberId, alarm };
}
