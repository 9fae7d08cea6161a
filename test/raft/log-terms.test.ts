import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { LogTerms } from '../../src/raft/log-terms.ts';

// Property tests take seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000 });

/** The same as a plain list; the first element is the base. */
type Plain = { index: number; term: number }[];

/** raft log.findConflictByTerm, as it stands in log.go, on a list: one step back at a time. */
function findConflictByTerm(log: Plain, from: number, term: number): number {
  const first = log[0]?.index ?? 0;
  for (let index = from; index > first; index -= 1) {
    const ours = log.find(position => position.index === index);
    if (ours === undefined) throw new Error('asked beyond the log');
    if (ours.term <= term) return index;
  }
  return first;
}

const base = fc.record({ index: fc.nat(5), term: fc.nat(2) });
/** How much the term grows with each entry. */
const growth = fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 12 });

function both(start: { index: number; term: number }, steps: readonly number[]) {
  const terms = new LogTerms(start);
  const plain: Plain = [start];
  for (const step of steps) {
    const term = terms.lastTerm + step;
    terms.push(term);
    plain.push({ index: terms.lastIndex, term });
  }
  return { terms, plain };
}

/** All that can be asked, one index beyond either end included. */
function asPlain(terms: LogTerms): (number | undefined)[] {
  const { base, lastIndex, lastTerm } = terms;
  const all: (number | undefined)[] = [base.index, base.term, lastIndex, lastTerm];
  for (let index = base.index - 1; index <= lastIndex + 1; index += 1)
    all.push(terms.termAt(index));
  return all;
}

function expected(plain: Plain): (number | undefined)[] {
  const [first, last] = [plain[0], plain.at(-1)];
  const terms = plain.map(({ term }) => term);
  return [first?.index, first?.term, last?.index, last?.term, undefined, ...terms, undefined];
}

describe('terms of a log', () => {
  test('the hint of a rejection is the one of raft, for a leader whose log holds our base', () => {
    fc.assert(
      fc.property(base, growth, fc.nat(20), fc.nat(20), (start, steps, ahead, above) => {
        const { terms, plain } = both(start, steps);
        const [index, term] = [start.index + ahead, start.term + above];
        const hint = findConflictByTerm(plain, Math.min(index, terms.lastIndex), term);
        expect(terms.lastIndexWithTermAtMost(index, term)).toBe(hint);
      }),
      { numRuns: 1_000 },
    );
  });

  test('pushed, truncated and trimmed they are the same as a list of all', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), by: fc.constantFrom(0, 0, 1, 2) }),
      fc.record({ kind: fc.constantFrom('truncate' as const, 'trim' as const), by: fc.nat(8) }),
    );
    fc.assert(
      fc.property(base, fc.array(change, { maxLength: 30 }), (start, changes) => {
        const terms = new LogTerms(start);
        let plain: Plain = [start];
        for (const { kind, by } of changes) {
          const at = (plain[0]?.index ?? 0) + by;
          if (kind === 'push') {
            terms.push(terms.lastTerm + by);
            plain.push({ index: terms.lastIndex, term: terms.lastTerm });
          } else if (kind === 'truncate') {
            terms.truncate(at);
            plain = plain.filter(({ index }) => index <= at);
          } else if (at <= terms.lastIndex) {
            terms.trim(at);
            plain = plain.filter(({ index }) => index >= at);
          }
          expect(asPlain(terms)).toEqual(expected(plain));
          expect(asPlain(terms.clone())).toEqual(expected(plain));
        }
      }),
      { numRuns: 300 },
    );
  });
});
