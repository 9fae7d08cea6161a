import type { Reader } from '../cursor.ts';
import type { Request } from '../types.ts';
import { skipUnknown } from './kv.ts';

/*
 *   ClusterVersionSetRequest     1 ver
 *   ClusterMemberAttrSetRequest  1 member_ID, 2 MemberAttributes { 1 name, 2 client_urls* }
 *   DowngradeInfoSetRequest      1 enabled, 2 ver
 */

export function decodeClusterVersionSet(reader: Reader): Request {
  let version = '';
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) version = reader.text();
    else skipUnknown(reader, tag, 1);
  }
  return { kind: 'cluster-version-set', version };
}

export function decodeClusterMemberAttrSet(reader: Reader): Request {
  let memberId = 0n;
  let name = '';
  const clientUrls: string[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) memberId = reader.uint64();
    else if (tag === 0x12) {
      const attributes = reader.nested();
      while (!attributes.done) {
        const inner = attributes.tag();
        if (inner === 0x0a) name = attributes.text();
        else if (inner === 0x12) clientUrls.push(attributes.text());
        else skipUnknown(attributes, inner, 2);
      }
    } else skipUnknown(reader, tag, 2);
  }
  return { kind: 'cluster-member-attr-set', memberId, name, clientUrls };
}

export function decodeDowngradeInfoSet(reader: Reader): Request {
  let enabled = false;
  let version = '';
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) enabled = reader.bool();
    else if (tag === 0x12) version = reader.text();
    else skipUnknown(reader, tag, 2);
  }
  return { kind: 'downgrade-info-set', enabled, version };
}

/** A request without fields of interest; it must still be well-formed. */
export function emptyRequest<Kind extends Request['kind']>(
  kind: Kind,
): (reader: Reader) => { kind: Kind } {
  return reader => {
    while (!reader.done) reader.skip(reader.tag());
    return { kind };
  };
}
