import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCalendar } from './calendar.ts';
import { createQueues } from './queues.ts';

const QUEUES = 3;
const TOKENS = 20;

test('queues are first in, first out, and give up those that belong without disturbing the others', () => {
  const action = fc.record({
    kind: fc.constantFrom('push', 'push', 'push', 'shift', 'withdraw'),
    queue: fc.nat(QUEUES - 1),
    remainder: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const { length, push, shift, withdraw } = createQueues(createCalendar(TOKENS), QUEUES);
      const lists: number[][] = Array.from({ length: QUEUES }, () => []);
      const idle = Array.from({ length: TOKENS }, (_, token) => token);
      for (const { kind, queue, remainder } of actions) {
        const list = lists[queue]!;
        const belongs = (token: number) => token % 4 === remainder;
        if (kind === 'push' && idle.length > 0) {
          const token = idle.shift()!;
          push(queue, token);
          list.push(token);
        } else if (kind === 'shift' && list.length > 0) {
          const token = shift(queue);
          expect(token).toBe(list.shift());
          idle.push(token);
        } else if (kind === 'withdraw') {
          const taken = withdraw(queue, belongs);
          expect(taken).toEqual(list.filter(belongs));
          lists[queue] = list.filter((token) => !belongs(token));
          idle.push(...taken);
        }
        expect([...length]).toEqual(lists.map((tokens) => tokens.length));
      }
      for (const [queue, tokens] of lists.entries()) expect(withdraw(queue)).toEqual(tokens);
      expect([...length]).toEqual([0, 0, 0]);
    }),
  );
});

test('a reset empties them', () => {
  const calendar = createCalendar(2);
  const { length, push, shift } = createQueues(calendar, 1);
  push(0, 0);
  push(0, 1);
  calendar.reset();
  expect([...length]).toEqual([0]);
  push(0, 1);
  expect(shift(0)).toBe(1);
});
