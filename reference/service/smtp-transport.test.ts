import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCertificate } from '../isps/certificate.test.data.ts';
import type { Service } from './service.ts';
import { type Answer, send, startWorld, validEmail, type World } from './testing.ts';

/** Mail exchangers that do not keep to SMTP: every send is answered and its row is final, whatever they say and wherever they stop. */

const PHASES = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'message'] as const;
type Phase = (typeof PHASES)[number];
/** What is done where a reply is due: the reply's bytes, or anything else. */
type Act = string | ((socket: Socket) => unknown);
type Script = Readonly<Partial<Record<Phase | 'HELO' | 'STARTTLS' | 'EHLO over TLS', Act>>> & { readonly extensions?: readonly string[] };

let script: Script = {};
let world: World;
let service: Service;
let impatient: Service;
let patient: Service;
let secure: Service;
let folder: string;
const sockets = new Set<Socket>();

/** Speaks SMTP as the script says; where it says nothing, properly. */
function converse(socket: Socket, isSecure = false): void {
  const { extensions = [] } = script;
  const usual: Readonly<Record<string, string>> = {
    greeting: '220 mx.gmail.test\r\n',
    EHLO: ['mx.gmail.test', ...extensions].map((line, i) => `250${i === extensions.length ? ' ' : '-'}${line}\r\n`).join(''),
    HELO: '250 mx.gmail.test\r\n',
    STARTTLS: '220 go\r\n',
    DATA: '354 go\r\n',
    message: '250 2.0.0 queued\r\n',
  };
  let rest = '';
  let inMessage = false;
  const act = (phase: string) => {
    const what = script[(isSecure && phase === 'EHLO' ? 'EHLO over TLS' : phase) as Phase] ?? usual[phase] ?? '250 ok\r\n';
    if (typeof what === 'string') socket.write(what, 'latin1');
    else what(socket);
    if (phase === 'STARTTLS' && typeof what === 'string' && what.startsWith('220 ')) {
      socket.removeAllListeners('data');
      const { key, cert } = testCertificate;
      converse(
        new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => {}),
        true,
      );
    }
  };
  socket.setEncoding('latin1').on('data', (text: string) => {
    rest += text;
    for (;;) {
      const end = inMessage ? rest.indexOf('\r\n.\r\n') : rest.indexOf('\r\n');
      if (end === -1) return;
      const line = rest.slice(0, end);
      rest = rest.slice(end + (inMessage ? 5 : 2));
      const phase = inMessage ? 'message' : line.split(' ')[0]!;
      inMessage = phase === 'DATA' && (script.DATA ?? '3').toString().startsWith('3');
      if (inMessage) rest = `\r\n${rest}`; // so that an empty message ends like any other
      act(phase);
    }
  });
  if (!isSecure) act('greeting');
}

const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  converse(socket);
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  folder = mkdtempSync(join(tmpdir(), 'mailsim-smtp-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, testCertificate.cert);
  const exchangers = { MAIL_EXCHANGERS: `mx.gmail.test=127.0.0.1:${(server.address() as AddressInfo).port}` };
  world = await startWorld();
  service = await world.start(exchangers);
  impatient = await world.start({ ...exchangers, SMTP_TIMEOUT_MS: '150' });
  patient = await world.start({ ...exchangers, SMTP_TIMEOUT_MS: '2147483647' });
  secure = await world.start({ ...exchangers, SMTP_TLS: ca });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await world?.stop();
  rmSync(folder, { recursive: true });
});

/** What becomes of an email: the answer's code and what the table holds. */
async function fate(of: Service, now: Script, email: unknown = validEmail): Promise<readonly unknown[]> {
  script = now;
  const { body }: Answer = await send(of, email);
  const rows = await world.rows(`SELECT status, smtp_response_code FROM emails WHERE message_id = '${body['message_id']}'`);
  expect(rows).toEqual([{ status: body['status'], smtp_response_code: body['smtp_response_code'] }]);
  return [body['code'] ?? body['status'], body['smtp_response_code']];
}

const PIPELINING = { extensions: ['PIPELINING'] };
const FAILED = ['smtp_failed', null];

/** Bytes without end, as fast as they are taken. */
const forEver =
  (first: string, then: string): Act =>
  (socket) => {
    const chunk = Buffer.from(then.repeat(Math.ceil(65_536 / then.length)), 'latin1');
    socket.write(first, 'latin1');
    const go = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', go);
    go();
  };

test('an exchanger that keeps to SMTP gets the message', async () => {
  expect(await fate(service, {})).toEqual(['sent', 250]);
  expect(await fate(service, PIPELINING)).toEqual(['sent', 250]);
  expect(await fate(service, { EHLO: '502 what?\r\n' })).toEqual(['sent', 250]);
  expect(await fate(service, { message: '250-2.0.0 queued\r\n250 as 7\r\n' })).toEqual(['sent', 250]);
  expect(await fate(service, { message: '299\r\n' })).toEqual(['sent', 299]);
  expect(await fate(secure, { extensions: ['STARTTLS', 'PIPELINING'] })).toEqual(['sent', 250]);
  expect(await fate(secure, {})).toEqual(['sent', 250]); // STARTTLS need not be announced
  expect(await fate(patient, {})).toEqual(['sent', 250]);
});

describe.each(PHASES)('where the reply to %s is due', (phase) => {
  const due = phase === 'greeting' ? '220' : phase === 'DATA' ? '354' : '250';

  test.each([
    ['a code of more digits', `${due}9999999999 ok\r\n`],
    ['one digit more', `${due}0 ok\r\n`],
    ['fewer digits', `${due.slice(0, 2)} ok\r\n`],
    ['one digit', `${due[0]}\r\n`],
    ['no code', 'all is well\r\n'],
    ['000', '000 ok\r\n'],
    ['199', '199 ok\r\n'],
    ['600', '600 ok\r\n'],
    ['999', '999 ok\r\n'],
    ['another class', `${phase === 'DATA' ? 250 : 354} ok\r\n`],
    ['two codes in one reply', `${due}-ok\r\n550 no\r\n`],
    ['a refusal that is none', '550-no\r\n250 ok\r\n'],
    ['a refusal of four digits', '5500 no\r\n'],
    ['an empty line', '\r\n'],
    ['a NUL', `${due} o\0k\r\n`],
    ['a lone CR', `${due} ok\r${due} ok\r\n`],
    ['binary', '\x16\x03\x01\x02\xff\xfe\x80\r\n'],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['megabytes in a line', `${due} ${'x'.repeat(3_000_000)}\r\n`],
    ['megabytes in a reply', `${`${due}-x\r\n`.repeat(300_000)}${due} x\r\n`],
    ['a line without end', forEver(`${due} `, 'x')],
    ['a reply without end', forEver('', `${due}-x\r\n`)],
    ['NULs without end', forEver('', '\0')],
    ['empty lines without end', forEver('', '\r\n')],
    ['the end', (socket: Socket) => socket.end()],
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['part of a reply and the end', (socket: Socket) => socket.end(`${due} ok`)],
    ['a reply that goes on and the end', (socket: Socket) => socket.end(`${due}-ok\r\n`)],
    ['part of a refusal and the end', (socket: Socket) => socket.end('550 no')],
    ['a refusal that goes on and the end', (socket: Socket) => socket.end('550-no\r\n550-no')],
  ] as const)('%s', async (_what, act) => {
    expect(await fate(service, { [phase]: act })).toEqual(FAILED);
    expect(await fate(service, { ...PIPELINING, [phase]: act })).toEqual(FAILED);
  });

  test.each(['421 4.7.0 later\r\n', '550-5.7.1 no,\r\n550 5.7.1 never\r\n', '599\r\n'])('a refusal is one: %j', async (act) => {
    const refused = ['smtp_rejected', Number(act.slice(0, 3))];
    const and = phase === 'EHLO' ? { HELO: act } : {};
    expect(await fate(service, { ...and, [phase]: act })).toEqual(refused);
    expect(await fate(service, { ...PIPELINING, ...and, [phase]: act })).toEqual(refused);
  });

  test('silence, or a reply that does not end, is ended by the deadline', async () => {
    for (const act of [() => {}, `${due} ok`, `${due}-ok\r\n`, `${due} ok\r`]) {
      expect(await fate(impatient, { [phase]: act })).toEqual(['smtp_timeout', null]);
    }
  });

  test('a reply to what has not been said', async () => {
    if (phase === 'message') return; // after the final reply nothing is read
    expect(await fate(service, { [phase]: `${due} ok\r\n250 ok\r\n` })).toEqual(FAILED);
    expect(await fate(service, { [phase]: `${due} ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 ok\r\n250 ok\r\n` })).toEqual(FAILED);
  });
});

test('what comes after the reply that decides changes nothing', async () => {
  for (const more of ['250 ok\r\n', '550 no\r\n', '421 bye\r\n', '250-', '550-no\r\n', '\0\0', 'x'.repeat(1_000_000)]) {
    expect(await fate(service, { message: `250 ok\r\n${more}` })).toEqual(['sent', 250]);
    for (const phase of ['greeting', 'MAIL', 'RCPT', 'DATA', 'message']) {
      expect(await fate(service, { [phase]: `550 no\r\n${more}` })).toEqual(['smtp_rejected', 550]);
    }
  }
});

test('a greeting of 2xx that is not 220 is none', async () => {
  expect(await fate(service, { greeting: '250 hello\r\n' })).toEqual(FAILED);
});

test('a message can be refused before it was sent, and not accepted', async () => {
  expect(await fate(service, { DATA: '354 go\r\n552 too large\r\n' })).toEqual(['smtp_rejected', 552]);
  expect(await fate(service, { DATA: '354 go\r\n250 ok\r\n' })).toEqual(FAILED);
});

test('whatever is said, wherever, and however it ends', async () => {
  const piece = fc.oneof(
    fc.constantFrom('220 ', '250 ', '250-', '354 ', '421 ', '550-', '550 ', 'ok', '\r\n', '\r\n', '\r\n', '\r', '\n', '.', '\0', '\xff'),
    fc.string({ unit: 'binary-ascii', maxLength: 8 }),
    fc.nat(9_999_999_999).map(String),
  );
  const said = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PHASES), said, fc.boolean(), async (phase, bytes, together) => {
      const end = (socket: Socket) => socket.end(bytes, 'latin1');
      const [code, reply] = await fate(service, { ...(together ? PIPELINING : {}), [phase]: end });
      const codes = { sent: [200, 299], smtp_rejected: [400, 599] }[String(code)];
      if (codes === undefined) expect([code, reply]).toEqual(FAILED);
      else expect(Number(reply) >= codes[0]! && Number(reply) <= codes[1]!).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('extensions are claims', async () => {
  const mad = [
    'SIZE 1',
    'SIZE 99999999999999999999',
    'SIZE',
    'AUTH PLAIN LOGIN',
    `AUTH${' '.repeat(5000)}=`,
    'SMTPUTF8',
    '8BITMIME',
    'DSN',
  ];
  expect(await fate(service, { extensions: [...mad, 'REQUIRETLS', 'STARTTLS', 'CHUNKING', 'X'.repeat(3000)] })).toEqual(['sent', 250]);
  expect(await fate(service, { extensions: Array.from({ length: 3000 }, (_, i) => `X-${i}`) })).toEqual(['sent', 250]);
});

describe('STARTTLS', () => {
  const OFFERED = { extensions: ['STARTTLS'] };

  test.each([
    ['no code', 'yes\r\n'],
    ['a code of more digits', '2200 go\r\n'],
    ['3xx', '354 go\r\n'],
    ['a reply that a man in the middle adds', '220 go\r\n250 ok\r\n'],
    ['part of one', '220 go\r\n2'],
    ['no TLS', (socket: Socket): unknown => socket.write('220 go\r\n', () => setTimeout(() => socket.write('250 ok\r\n'), 20))],
    ['the end instead of TLS', (socket: Socket) => socket.end('220 go\r\n')],
    ['a reset instead of TLS', (socket: Socket): unknown => socket.write('220 go\r\n', () => socket.resetAndDestroy())],
  ] as const)('%s', async (_what, act) => {
    expect(await fate(secure, { ...OFFERED, STARTTLS: act })).toEqual(FAILED);
  });

  test('refused', async () => {
    expect(await fate(secure, { ...OFFERED, STARTTLS: '454 4.7.0 not now\r\n' })).toEqual(['smtp_rejected', 454]);
  });

  test.each(['2509 ok\r\n', '\r\n', '250 ok\r\n250 ok\r\n', '354 ok\r\n'])('over TLS replies are looked at as well: %j', async (act) => {
    expect(await fate(secure, { ...OFFERED, 'EHLO over TLS': act })).toEqual(FAILED);
    expect(await fate(secure, { ...OFFERED, MAIL: act })).toEqual(FAILED);
    expect(await fate(secure, { ...OFFERED, message: act.replace('250 ok\r\n2', '2') })).toEqual(
      act.includes('k\r\n2') ? ['sent', 250] : FAILED,
    );
  });

  test('over TLS an exchanger that speaks for ever is cut off', async () => {
    for (const act of [forEver('250 ', 'x'), forEver('', '250-x\r\n'), forEver('', '\r\n')]) {
      expect(await fate(secure, { ...OFFERED, 'EHLO over TLS': act })).toEqual(FAILED);
    }
  });
});

test('the refusal that is passed on has a length', async () => {
  script = { RCPT: `${'550-\u00f0\u009f\u0098\u0080 no\r\n'.repeat(4000)}550 no\r\n` };
  const { body } = await send(service);
  expect(body).toMatchObject({ code: 'smtp_rejected', smtp_response_code: 550 });
  expect(String(body['message']).length).toBeLessThan(1100);
  expect(String(body['message']).isWellFormed()).toBe(true);
});

test('at the end no row is pending and nothing is open', async () => {
  expect(await world.rows(`SELECT * FROM emails WHERE status = 'pending'`)).toEqual([]);
  await expect.poll(() => sockets.size).toBe(0);
  for (const each of [service, impatient, secure]) expect(each.workers.busy.value).toBe(0);
});
