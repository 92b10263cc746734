import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { InputError } from '../../fixtures/input-error.ts';
import { readConfig } from './config.ts';

const DATABASE_URL = 'postgres://user:secret@127.0.0.1:5432/mail';

function faults(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.faults.map(({ path }) => path);
    throw error;
  }
}

test('the defaults are those of the design, and mail goes to nobody', () => {
  expect(readConfig({ DATABASE_URL })).toEqual({
    host: '127.0.0.1',
    port: 0,
    operationsPort: 0,
    pod: hostname(),
    databaseUrl: DATABASE_URL,
    databaseConnections: 20,
    statementPatienceMs: 10_000,
    workers: 50,
    smtpTimeoutMs: 30_000,
    dnsServers: [],
    exchangers: new Map(),
    smtpCa: null,
    logLevel: 'warn',
  });
});

test('all faults at once', () => {
  const bad = {
    HOST: 'localhost',
    PORT: '65536',
    OPERATIONS_PORT: '-1',
    POD: 'a b',
    DATABASE_URL: 'mysql://x',
    DATABASE_CONNECTIONS: '0',
    STATEMENT_PATIENCE_MS: '0',
    WORKERS: '1.5',
    SMTP_TIMEOUT_MS: '30s',
    DNS_SERVERS: 'dns.test',
    MAIL_EXCHANGERS: 'mx.gmail.test',
    ALLOW_REMOTE_EXCHANGERS: 'no',
    SMTP_TLS: '/nowhere/ca.pem',
    LOG_LEVEL: 'loud',
  };
  expect(faults(bad).sort()).toEqual(Object.keys(bad).sort());
  expect(faults({})).toEqual(['DATABASE_URL']);
});

test.each(['postgres:/user:secret@db.example/mail', 'postgres:user:secret@db.example/mail', 'postgres://user:s%zz@db.example/mail'])(
  'a database of nobody knows where is none: %s',
  (DATABASE_URL) => expect(faults({ DATABASE_URL })).toEqual(['DATABASE_URL']),
);

test('exchangers are on loopback, unless it is said that they may be elsewhere', () => {
  const read = (MAIL_EXCHANGERS: string, more = {}) => readConfig({ DATABASE_URL, MAIL_EXCHANGERS, ...more }).exchangers;
  expect(read('MX.gmail.test=127.0.0.1:2525,mx.yahoo.test=[::1]:2526')).toEqual(
    new Map([
      ['mx.gmail.test', { address: '127.0.0.1', port: 2525 }],
      ['mx.yahoo.test', { address: '::1', port: 2526 }],
    ]),
  );
  for (const place of [
    '192.0.2.1:25',
    '[2001:db8::1]:25',
    '0.0.0.0:25',
    '[::ffff:192.0.2.1]:25',
    'localhost:25',
    '127.0.0.1',
    '127.0.0.1:0',
  ]) {
    expect(faults({ DATABASE_URL, MAIL_EXCHANGERS: `mx.gmail.test=${place}` })).toEqual(['MAIL_EXCHANGERS']);
  }
  expect(faults({ DATABASE_URL, MAIL_EXCHANGERS: 'a.test=127.0.0.1:1,a.test=127.0.0.1:2' })).toEqual(['MAIL_EXCHANGERS']);
  expect(read('mx.gmail.test=192.0.2.1:25', { ALLOW_REMOTE_EXCHANGERS: 'yes' }).get('mx.gmail.test')).toEqual({
    address: '192.0.2.1',
    port: 25,
  });
});
