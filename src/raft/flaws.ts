import type { Message } from '../wire/types.ts';
import { EntryType } from '../wire/types.ts';

/** Terms and indexes from here on fit into no record of ours, and no cluster lives so long. */
const POSITION_END = 2 ** 48;

/** Why no member can have sent a message; undefined when one can. Checked before the message may change anything. */
export function messageFlaw(received: Message): string | undefined {
  const { term, index, commit, entries, snapshot } = received;
  const positions = [term, index, commit, snapshot?.index ?? 0, snapshot?.term ?? 0];
  const over = positions.find(position => position >= POSITION_END);
  if (over !== undefined) return `a term or index of ${over}`;
  const odd = entries.find(entry => !ENTRY_TYPES.has(entry.type) || entry.index >= POSITION_END);
  return odd === undefined ? undefined : `entry ${odd.index} of type ${odd.type}`;
}

const ENTRY_TYPES: ReadonlySet<number> = new Set(Object.values(EntryType));

/** Why an append can't be what a leader sends; undefined when it can. */
export function appendFlaw({ index, logTerm, term, entries }: Message): string | undefined {
  let last = index;
  let lastTerm = logTerm;
  for (const entry of entries) {
    if (entry.index !== last + 1) return `entry ${entry.index} after ${last}`;
    if (entry.term < lastTerm) return `term ${entry.term} after ${lastTerm}`;
    if (entry.term > term) return `entry of term ${entry.term} in a message of term ${term}`;
    last = entry.index;
    lastTerm = entry.term;
  }
  return undefined;
}
