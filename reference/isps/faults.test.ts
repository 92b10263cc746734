import { expect, test } from 'vitest';
import type { Fault } from '../../fixtures/schema.ts';
import { changed, changesOf, HEALTHY } from './faults.ts';

const slow = (atMs: number, forMs: number, factor: number): Fault => ({ kind: 'ispSlow', atMs, forMs, factor });

test('faults begin and end in the order of their instants; those of other stations are none of an ISP', () => {
  const faults: Fault[] = [slow(50, 10, 2), { kind: 'databaseDown', atMs: 1, forMs: 1 }, { kind: 'smtpOutage', atMs: 20, forMs: 35 }];
  expect(changesOf(faults).map(({ fault, begins, atMs }) => [fault.kind, begins, atMs])).toEqual([
    ['smtpOutage', true, 20],
    ['ispSlow', true, 50],
    ['smtpOutage', false, 55],
    ['ispSlow', false, 60],
  ]);
});

test('where one begins as another ends, the end comes first, however they are listed', () => {
  for (const faults of [
    [slow(10, 10, 2), slow(20, 10, 3)],
    [slow(20, 10, 3), slow(10, 10, 2)],
  ]) {
    const at20 = changesOf(faults).filter(({ atMs }) => atMs <= 20);
    expect(at20.reduce((condition, { fault, begins }) => changed(condition, fault, begins), HEALTHY).factor).toBe(3);
  }
});
