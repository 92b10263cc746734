import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directivesOf, REPLY_CODES, type Reply, recipientFor } from './recipient.ts';

test('what an address carries', () => {
  expect(recipientFor(123, 'gmail', { delayMs: 80.3, reply: 'accepted' })).toBe('r123+delay=80.3+reply=250@gmail.test');
  expect(directivesOf('r123+delay=80.3+reply=250@gmail.test')).toEqual({ delayMs: 80.3, reply: 'accepted' });
  expect(directivesOf('someone@gmail.test')).toEqual({});
});

test('directives come back, to a microsecond, from a local part that RFC 5321 allows', () => {
  const replies = Object.keys(REPLY_CODES) as Reply[];
  fc.assert(
    fc.property(
      fc.nat(9_999_999),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constantFrom(...replies),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (number, delayMs, reply, throttle) => {
        const address = recipientFor(number, 'corporate', { delayMs, reply, throttle });
        expect(address.indexOf('@')).toBeLessThanOrEqual(64);
        const found = directivesOf(address);
        expect(found.reply).toBe(reply);
        expect(Math.abs(found.delayMs! - delayMs)).toBeLessThanOrEqual(0.000501);
        expect(Math.abs(found.throttle! - throttle)).toBeLessThanOrEqual(0.000000501);
      },
    ),
  );
});

test('whatever else stands there is left out', () => {
  fc.assert(
    fc.property(fc.string(), (address) => {
      expect(Object.keys(directivesOf(address)).filter((key) => !['delayMs', 'reply', 'throttle'].includes(key))).toEqual([]);
    }),
  );
  expect(directivesOf('r1+delay=-5+reply=999+throttle=NaN+delay@gmail.test')).toEqual({});
});
