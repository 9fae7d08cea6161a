import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PublishForm, publishForm } from '../../src/raft/publish-form.ts';

/** What members of a line die of, as tried with real ones; written down apart from the code. */
const DEADLY: Readonly<Record<string, PublishForm | 'none'>> = {
  '3.4': 'attributes',
  '3.5': 'none',
  '3.6': 'none',
  '3.7': 'v2',
};
const LINES = Object.keys(DEADLY);
const ODD = [
  undefined,
  '',
  '3.3.27',
  '3.8.0',
  '3.40.1',
  '4.5.0',
  '2.3.8',
  '3.5',
  '3.5.0-rc.1',
  '3.5.30+git',
  ' 3.5.30',
  '3.5.30\n',
  'v3.5.30',
  'not_decided',
] as const;

/** All lists of one to four members. */
function* clusters(): Generator<readonly string[]> {
  let lists: readonly (readonly string[])[] = [[]];
  for (let size = 1; size <= 4; size += 1) {
    lists = lists.flatMap(list => LINES.map(line => [...list, line]));
    yield* lists;
  }
}

function minor(line: string): number {
  return Number(line.split('.')[1]);
}

describe('the form of an attributes entry', () => {
  test.each([
    ['3.4', '3.4', 'v2'],
    ['3.5', '3.5', 'attributes'],
    ['3.6', '3.6', 'attributes'],
    ['3.7', '3.7', 'attributes'],
    ['3.4 3.5', '3.4', 'v2'],
    ['3.5 3.4 3.4', '3.4', 'v2'],
    ['3.5 3.6', '3.5', 'attributes'],
    ['3.6 3.7', '3.6', 'attributes'],
    ['3.7 3.7 3.6', '3.6', 'attributes'],
  ])('of %s with cluster version %s is %s', (lines, cluster, form) => {
    const versions = lines.split(' ').map(line => `${line}.30`);
    expect(publishForm(versions, `${cluster}.0`)).toBe(form);
  });

  // 340 clusters x 7 cluster versions: nothing is left to chance.
  test('is survived by all members, of any cluster, or refused', () => {
    let allowed = 0;
    for (const lines of clusters()) {
      for (const cluster of ['', '3.0', '3.3', ...LINES, '3.8']) {
        const version = cluster === '' ? '' : `${cluster}.0`;
        const form = publishForm(
          lines.map(line => `${line}.9`),
          version,
        );
        const minors = lines.map(minor);
        const isRegular =
          Math.max(...minors) - Math.min(...minors) <= 1 && cluster === `3.${Math.min(...minors)}`;
        expect(typeof form === 'string', `${lines.join()} ${version}`).toBe(isRegular);
        if (typeof form !== 'string') continue;
        allowed += 1;
        for (const line of lines) expect(DEADLY[line]).not.toBe(form);
        // A line that may still come back, since the cluster version admits it.
        expect(DEADLY[cluster]).not.toBe(form);
      }
    }
    expect(allowed).toBe(regularClusters());
  });

  test('is refused when one member is odd or not known', () => {
    for (const odd of ODD) {
      for (const line of LINES) {
        for (const versions of [[odd], [odd, `${line}.1`], [`${line}.1`, `${line}.2`, odd]]) {
          expect(publishForm(versions, `${line}.0`)).toHaveProperty('refused');
        }
      }
    }
  });

  test('is refused when the cluster version is odd', () => {
    for (const version of [...ODD.filter(odd => odd !== undefined), '3.5.1', '3.6.14', '3.5.0.0']) {
      for (const line of LINES) {
        expect(publishForm([`${line}.1`], version)).toHaveProperty('refused');
      }
    }
    expect(publishForm([], '3.5.0')).toHaveProperty('refused');
  });

  test('depends on neither order nor repetition nor patch', () => {
    const version = fc.tuple(fc.constantFrom(...LINES), fc.nat(99));
    fc.assert(
      fc.property(
        fc.array(version, { minLength: 1, maxLength: 7 }),
        fc.constantFrom(...LINES),
        (members, cluster) => {
          const versions = members.map(([line, patch]) => `${line}.${patch}`);
          const form = publishForm(versions, `${cluster}.0`);
          const shuffled = [...versions, ...versions].reverse();
          const patched = members.map(([line]) => `${line}.3`);
          for (const other of [shuffled, patched]) {
            const again = publishForm(other, `${cluster}.0`);
            if (typeof form === 'string') expect(again).toBe(form);
            else expect(again).toHaveProperty('refused');
          }
        },
      ),
    );
  });
});

/** Lists of one to four members of one line or of two neighbours. */
function regularClusters(): number {
  let count = 0;
  for (let size = 1; size <= 4; size += 1) {
    count += LINES.length + (LINES.length - 1) * (2 ** size - 2);
  }
  return count;
}
