import { expect, test } from 'vitest';
import { tooDear } from './checks.ts';

test('what cannot be counted, waited for or held is told, all at once, with what it would take', () => {
  expect(tooDear({ requestsARun: 2e9, events: 1e13, bytes: 2 ** 34 }, 2 ** 34)).toEqual([]);
  expect(tooDear({ requestsARun: 3.14e12, events: 4.1e13, bytes: 2 ** 35 }, 2 ** 34)).toEqual([
    { path: 'one run', found: 'about 3.1e12 requests', allowed: 'at most 2,000,000,000: a lower rate or a shorter run' },
    {
      path: 'all runs',
      found: 'about 4.1e13 events, 949 h 4 min in one thread',
      allowed: 'at most 1e13: lower or fewer rates, shorter or fewer runs',
    },
    {
      path: 'all threads',
      found: 'about 32.0 GiB of memory',
      allowed:
        'at most 16.0 GiB of memory, all that there is: fewer pods, connections, spans of the series, threads, rates or replications',
    },
  ]);
});
