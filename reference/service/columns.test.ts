import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from './service.ts';
import { send, startWorld, validEmail, type World } from './testing.ts';

/** What comes from outside is bounded before its statement: at its bounds it is stored as it is, beyond them it leaves no row. */

let world: World;
let service: Service;
beforeAll(async () => {
  world = await startWorld();
  service = await world.start();
});
afterAll(() => world?.stop());

const domain = (length: number) => ['d'.repeat(60), 'e'.repeat(60), 'f'.repeat(length - 127), 'test'].join('.');
const longestAddress = `${'l'.repeat(64)}@${domain(189)}`;

test('at their bounds', async () => {
  expect(longestAddress).toHaveLength(254);
  const email = {
    from: longestAddress,
    to: `${"!#$%&'*+/=?^_`{|}~-".repeat(4).slice(0, 64)}@gmail.test`,
    subject: '\u{1f600}'.repeat(998),
    body_html: `${'\u{10ffff}\u0001\u2028'.repeat(100_000)}`.slice(0, 300_000),
  };
  const { body } = await send(service, email);
  const [row] = await world.rows(`SELECT * FROM emails WHERE message_id = '${body['message_id']}'`);
  expect(row).toMatchObject({ sender: email.from, recipient: email.to, subject: email.subject, body_html: email.body_html });
  expect(['sent', 'failed']).toContain(row!['status']); // the library behind the exchanger of these tests may find an address too odd
});

test.each([
  ['from', `l${longestAddress}`],
  ['from', longestAddress.replace('@', 'x@')],
  ['to', `${'l'.repeat(65)}@gmail.test`],
  ['subject', '\u{1f600}'.repeat(999)],
  ['subject', '\0'],
  ['subject', '\ud83d'],
  ['subject', '\ude00\ud83d'],
  ['from', 'a\0b@gmail.test'],
  ['to', 'a\ud83d@gmail.test'],
  ['body_html', 'x\0'],
  ['body_html', '\udfff'],
  ['body_html', 'x'.repeat(1024 * 1024)],
] as const)('beyond them: %s', async (field, value) => {
  const [before] = await world.rows('SELECT count(*) FROM emails');
  const { status } = await send(service, { ...validEmail, [field]: value });
  expect([400, 413]).toContain(status);
  expect(await world.rows('SELECT count(*) FROM emails')).toEqual([before]);
});
