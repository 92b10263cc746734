import { expect, test } from 'vitest';
import { outcomeOf } from './outcome.ts';

test.each([
  ['send', 200, { status: 'sent' }, 'sent'],
  ['send', 500, { code: 'smtp_rejected', status: 'failed' }, 'failed'],
  ['send', 500, { code: 'smtp_failed', status: 'failed' }, 'failed'],
  ['send', 500, { code: 'smtp_timeout', status: 'failed' }, 'timedOut'],
  ['send', 500, { code: 'database_failed' }, 'failed'], // its INSERT
  ['send', 500, { code: 'database_failed', status: 'pending', message_id: 'x' }, 'unrecorded'], // its UPDATE
  ['send', 503, { code: 'pool_full' }, 'rejected'],
  ['send', 502, {}, 'aborted'],
  ['send', 422, { code: 'no_mail_exchanger' }, 'invalid'],
  ['status', 200, { status: 'pending' }, 'statusAnswered'],
  ['status', 404, {}, 'statusAnswered'],
  ['status', 400, {}, 'invalid'],
  ['status', 500, { code: 'database_failed' }, 'failed'],
  ['status', 503, {}, 'rejected'],
] as const)('%s answered %i %j: %s', (kind, status, body, outcome) => {
  expect(outcomeOf(kind, status, body)).toBe(outcome);
});
