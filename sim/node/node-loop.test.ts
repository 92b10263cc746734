import { expect, test } from 'vitest';
import { createNodeLoop, NS_PER_MS } from './node-loop.ts';

test('nothing alive after the first timers: the loop ends and does not sleep for an unrefed timer (rule 3)', () => {
  const loop = createNodeLoop();
  const ran: string[] = [];
  loop.run(() => {
    loop.setTimeout(() => ran.push('first'), 1);
    loop.unref(loop.setTimeout(() => ran.push('unrefed'), 5));
    loop.burn(2 * NS_PER_MS);
  }, 'commonjs');
  expect(ran).toEqual(['first']);
  expect(loop.nowNs()).toBe(2 * NS_PER_MS);
});

test('a delay that is not a number, below 1 or too long is 1 ms (rule 10)', () => {
  for (const delayMs of [NaN, -3, 0, 2 ** 31]) {
    const loop = createNodeLoop();
    loop.run(() => loop.setTimeout(() => {}, delayMs), 'commonjs');
    expect(loop.nowNs()).toBe(NS_PER_MS);
  }
});
