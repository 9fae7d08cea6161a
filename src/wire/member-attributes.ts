import { Writer } from './cursor.ts';

/*
 * How members publish their name and client URLs (EtcdServer.publish, publishV3)
 *
 *   3.4, 3.5  a bare v2 Request: 1 ID, 2 "PUT", 3 "/0/members/<hex>/attributes", 4 JSON of membership.Attributes;
 *             all other fields but 8 and 17 as zero or empty (v2-request.ts)
 *   3.6, 3.7  InternalRaftRequest: 100 header { 1 ID }, 1301 { 1 member_ID, 2 { 1 name, 2 client_urls* } }
 *
 * A wrong one kills members for ever, so these write nothing else, and the tests compare them with what
 * members of each line wrote.
 */

/** Names that need no escaping in JSON and are the same bytes in UTF-8. */
const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const URL = /^https?:\/\/[A-Za-z0-9_.:[\]-]+$/;

export interface MemberAttributes {
  /** Unique among the requests of all members, and not zero: members panic on a request without one. */
  readonly requestId: bigint;
  readonly memberId: bigint;
  /** Letters, digits, dots, dashes and underscores, at most 64. */
  readonly name: string;
  /** None for a seat, which serves no clients. */
  readonly clientUrls: readonly string[];
}

/** The data of an attributes entry as members of 3.4 and 3.5 write it. Errors: RangeError. */
export function encodeV2Attributes(attributes: MemberAttributes): Uint8Array {
  check(attributes);
  const { requestId, memberId, name, clientUrls } = attributes;
  // Go leaves an empty list out (omitempty).
  const value = clientUrls.length === 0 ? { name } : { name, clientURLs: clientUrls };
  const writer = new Writer();
  writer
    .int64Field(1, requestId)
    .textField(2, 'PUT')
    .textField(3, `/0/members/${memberId.toString(16)}/attributes`)
    .textField(4, JSON.stringify(value))
    .boolField(5, false)
    .textField(6, '')
    .uintField(7, 0);
  // Expiration, Wait, Since, Recursive, Sorted, Quorum, Time, Stream. PrevExist (8) would be a condition.
  for (let field = 9; field <= 16; field += 1) writer.uintField(field, 0);
  return writer.finish();
}

/** The data of an attributes entry as members of 3.6 and 3.7 write it. Errors: RangeError. */
export function encodeMemberAttrSet(attributes: MemberAttributes): Uint8Array {
  check(attributes);
  const { requestId, memberId, name, clientUrls } = attributes;
  const header = new Writer(16).int64Field(1, requestId).finish();
  const inner = new Writer().textField(1, name);
  for (const url of clientUrls) inner.textField(2, url);
  const request = new Writer().int64Field(1, memberId).bytesField(2, inner.finish()).finish();
  return new Writer().bytesField(100, header).bytesField(1301, request).finish();
}

function check({ requestId, memberId, name, clientUrls }: MemberAttributes): void {
  if (!isId(requestId)) throw new RangeError(`request ID ${requestId}`);
  if (!isId(memberId)) throw new RangeError(`member ID ${memberId}`);
  if (!NAME.test(name)) throw new RangeError(`member name ${JSON.stringify(name)}`);
  for (const url of clientUrls) {
    if (!URL.test(url)) throw new RangeError(`client URL ${JSON.stringify(url)}`);
  }
}

function isId(id: bigint): boolean {
  return id > 0n && id < 1n << 64n;
}
