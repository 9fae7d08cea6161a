import { describe, expect, test } from 'vitest';
import { semanticsOf, sourceProfile } from '../../src/apply/semantics.ts';
import type { Semantics } from '../../src/apply/types.ts';

/** A version before a change, the first one with it, and the value that it has there. */
const CHANGES: readonly (readonly [keyof Semantics, before: string, from: string, boolean])[] = [
  ['stripTopLevelRanges', '3.6.99', '3.7.0', false],
  ['alarmDropsAuth', '3.5.99', '3.6.0', false],
  ['nestedTxnAuth', '3.4.41', '3.4.42', true],
  ['nestedTxnAuth', '3.5.27', '3.5.28', true],
  ['nestedTxnAuth', '3.6.8', '3.6.9', true],
  ['putInTxnAuth', '3.4.43', '3.4.44', true],
  ['putInTxnAuth', '3.5.29', '3.5.30', true],
  ['putInTxnAuth', '3.6.10', '3.6.11', true],
  ['putInTxnAuth', '3.6.10', '3.7.0', true],
  ['adminLeaseShortcut', '3.4.26', '3.4.27', true],
  ['adminLeaseShortcut', '3.5.9', '3.5.10', true],
  ['adminLeaseShortcut', '3.5.9', '3.6.0', true],
  ['invalidPermissionRefused', '3.4.24', '3.4.25', true],
  ['invalidPermissionRefused', '3.5.7', '3.5.8', true],
  ['invalidPermissionRefused', '3.5.7', '3.6.0', true],
  ['nospaceCountsNestedPuts', '3.4.99', '3.5.33', true],
  ['nospaceCountsNestedPuts', '3.5.32', '3.5.33', true],
  ['nospaceCountsNestedPuts', '3.6.13', '3.6.14', true],
  ['nospaceCountsNestedPuts', '3.7.0', '3.7.1', true],
  ['storesNoneAlarm', '3.4.99', '3.5.0', false],
  ['updateNodeKeepsLearner', '3.4.99', '3.5.31', true],
  ['updateNodeKeepsLearner', '3.5.30', '3.5.31', true],
  ['updateNodeKeepsLearner', '3.6.11', '3.6.12', true],
  ['updateNodeKeepsLearner', '3.6.11', '3.7.0', true],
  ['authStatusNeedsAdmin', '3.6.99', '3.7.0', false],
  ['plaintextPasswords', '3.4.99', '3.5.0', false],
  ['v2Requests', '3.6.99', '3.7.0', false],
];

describe('semanticsOf', () => {
  test.each(CHANGES)('%s: %s and %s differ', (name, before, from, value) => {
    expect(semanticsOf(before)[name]).toBe(!value);
    expect(semanticsOf(from)[name]).toBe(value);
  });

  test('reads suffixes, and takes later lines for the newest known', () => {
    expect(semanticsOf('3.5.30-rc.1')).toEqual(semanticsOf('3.5.30'));
    expect(semanticsOf('3.8.0')).toEqual(semanticsOf('3.7.99'));
    expect(semanticsOf('4.0.0')).toEqual(semanticsOf('3.7.99'));
    expect(semanticsOf('3.3.10')).toEqual(semanticsOf('3.4.0'));
  });
});

describe('sourceProfile', () => {
  const names = (...versions: string[]): string[] =>
    sourceProfile(versions, 3, 2).readings.map(({ name }) => name);

  test('the version of most members comes first, the newer of two', () => {
    expect(names('3.7.1', '3.7.0', '3.7.0')).toEqual(['3.7.0', '3.7.1']);
    expect(names('3.7.0', '3.7.10', '3.7.9')).toEqual(['3.7.10', '3.7.9', '3.7.0']);
  });

  test('only a configured 3.6 or later takes more than one learner', () => {
    const limits = ['3.4.45', '3.5.30', '3.6.14', '3.7.1'].map(
      version => sourceProfile([version], 3, 2, 4).readings[0]?.semantics.maxLearners,
    );
    expect(limits).toEqual([1, 1, 4, 4]);
    expect(sourceProfile(['3.7.1'], 3, 2).readings[0]?.semantics.maxLearners).toBe(1);
  });

  test('up to 3.5 the order of many permissions may be another', () => {
    const orders = ['3.4.23', '3.5.30', '3.6.14'].map(version =>
      sourceProfile([version], 3, 2).readings.map(({ semantics }) => semantics.sortsAsGo119),
    );
    expect(orders.map(order => order[0])).toEqual([true, false, false]);
    expect(orders.map(order => new Set(order).size)).toEqual([2, 2, 1]);
  });

  test('with no version known every line is possible', () => {
    const { readings } = sourceProfile([], 3, 2);
    expect(new Set(readings.map(({ name }) => name.slice(0, 3)))).toEqual(
      new Set(['3.4', '3.5', '3.6', '3.7']),
    );
  });
});
