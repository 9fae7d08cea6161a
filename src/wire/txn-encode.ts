import type { ByteString } from './bytes.ts';
import { int64Size, varintSize, type Writer } from './cursor.ts';

/*
 * Transactions for the destination, written straight into request bytes (etcdserverpb.TxnRequest):
 *
 *   TxnRequest  1 compare*, 2 success*, 3 failure*
 *   RequestOp   1 range, 2 put, 3 delete_range, 4 txn
 *   Compare     1 result (EQUAL 0), 2 target (VERSION 0, CREATE 1), 3 key, 4 version, 5 create_revision
 */

/** Bytes of a length-delimited field with a one-byte tag. */
function fieldBytes(length: number): number {
  return 1 + varintSize(length) + length;
}

function putBytes(key: ByteString, value: Uint8Array, lease: bigint): number {
  const leaseBytes = lease === 0n ? 0 : 1 + int64Size(lease);
  return fieldBytes(key.length) + fieldBytes(value.length) + leaseBytes;
}

function deleteBytes(key: ByteString, rangeEnd: ByteString): number {
  return fieldBytes(key.length) + (rangeEnd === '' ? 0 : fieldBytes(rangeEnd.length));
}

/** Bytes that a put takes as an element of a transaction's list. */
export function putOpBytes(key: ByteString, value: Uint8Array, lease: bigint): number {
  return fieldBytes(fieldBytes(putBytes(key, value, lease)));
}

/** Bytes that a delete takes as an element of a transaction's list. */
export function deleteOpBytes(key: ByteString, rangeEnd: ByteString): number {
  return fieldBytes(fieldBytes(deleteBytes(key, rangeEnd)));
}

/** A put as an element of the success list. */
export function writePutOp(
  writer: Writer,
  key: ByteString,
  value: Uint8Array,
  lease: bigint,
): void {
  const length = putBytes(key, value, lease);
  writer.uint(0x12).uint(fieldBytes(length)).uint(0x12).uint(length);
  writer.byteStringField(1, key).bytesField(2, value);
  if (lease !== 0n) writer.int64Field(3, lease);
}

/** A delete as an element of the success list; `rangeEnd` as in a request, '' = the single key. */
export function writeDeleteOp(writer: Writer, key: ByteString, rangeEnd: ByteString): void {
  const length = deleteBytes(key, rangeEnd);
  writer.uint(0x12).uint(fieldBytes(length)).uint(0x1a).uint(length);
  writer.byteStringField(1, key);
  if (rangeEnd !== '') writer.byteStringField(2, rangeEnd);
}

/**
 * The beginning of a transaction without compares as an element of the success list; `opsBytes` of elements of
 * its own success list are to follow.
 */
export function writeNestedTxnHead(writer: Writer, opsBytes: number): void {
  writer.uint(0x12).uint(fieldBytes(opsBytes)).uint(0x22).uint(opsBytes);
}

/** Bytes around the operations of a nested transaction. */
export function nestedTxnOverhead(opsBytes: number): number {
  return fieldBytes(fieldBytes(opsBytes)) - opsBytes;
}

/** The compare `value(key) == value` of a TxnRequest. */
export function writeValueCompare(writer: Writer, key: ByteString, value: Uint8Array): void {
  const length = 4 + fieldBytes(key.length) + fieldBytes(value.length);
  writer.uint(0x0a).uint(length).uintField(1, 0).uintField(2, 3);
  writer.byteStringField(3, key).bytesField(7, value);
}

/** The compare `version(key) == version` of a TxnRequest. */
export function writeVersionCompare(writer: Writer, key: ByteString, version: number): void {
  writeCompare(writer, key, VERSION, version);
}

/** The compare `create_revision(key) == revision` of a TxnRequest; 0 = the key does not exist. */
export function writeCreateCompare(writer: Writer, key: ByteString, revision: number): void {
  writeCompare(writer, key, CREATE, revision);
}

const VERSION = { target: 0, field: 4 };
const CREATE = { target: 1, field: 5 };

function writeCompare(
  writer: Writer,
  key: ByteString,
  { target, field }: typeof VERSION,
  value: number,
): void {
  const length = 4 + fieldBytes(key.length) + 1 + varintSize(value);
  writer.uint(0x0a).uint(length).uintField(1, 0).uintField(2, target);
  writer.byteStringField(3, key).uintField(field, value);
}
