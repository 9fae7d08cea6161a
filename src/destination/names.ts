import { isUtf8 } from 'node:buffer';
import type { ByteString } from '../wire/bytes.ts';

/** A user's or role's name as text. */
export function nameText(name: ByteString): string {
  return Buffer.from(name, 'latin1').toString('utf8');
}

/** Whether the name has an equal text: members up to 3.6 accept others. */
export function isText(name: ByteString): boolean {
  return isUtf8(Buffer.from(name, 'latin1'));
}
