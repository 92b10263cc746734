import { once } from 'node:events';
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import Value from 'typebox/value';
import { afterEach, expect, test } from 'vitest';
import { type Isp, ispSchema } from '../../fixtures/schema.ts';
import { type Alarm, createAlarm } from '../harness/alarm.ts';
import { LOOPBACK } from '../harness/loopback.ts';
import { testCertificate } from './certificate.test.data.ts';
import { type IspServer, startIspServer } from './isp-server.ts';
import { recipientFor } from './recipient.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function serve(
  settings: Partial<Isp> = {},
  stretch = 1,
  certificate: Parameters<typeof startIspServer>[3] = null,
): Promise<IspServer & { alarm: Alarm }> {
  const isp = Value.Default(ispSchema, { name: 'gmail', share: 1, latencyMs: { kind: 'constant', valueMs: 5 }, ...settings }) as Isp;
  const alarm = await createAlarm();
  const server = await startIspServer(isp, stretch, alarm, certificate);
  cleanups.push(
    () => alarm.close(),
    () => server.stop(),
  );
  return { ...server, alarm };
}

/** Sends one message over a connection of its own: what a client sees of it. */
async function send({ port, alarm }: { port: number; alarm: Alarm }, to: string | string[], tls = false) {
  const transport = createTransport({
    host: LOOPBACK,
    port,
    ignoreTLS: !tls,
    requireTLS: tls,
    tls: { ca: testCertificate.cert, servername: 'localhost' },
  });
  const beganMs = alarm.now();
  try {
    const { response } = await transport.sendMail({ from: 'a@sender.test', to, subject: 'test', html: `<p>${'x'.repeat(2000)}</p>` });
    return { response, ms: alarm.now() - beganMs };
  } catch (error) {
    return { response: (error as { response?: string }).response, ms: alarm.now() - beganMs };
  } finally {
    transport.close();
  }
}

test.each([
  ['accepted', '250 2.0.0 OK: queued'],
  ['deferred', '421 4.7.28 Try again later'],
  ['bounced', '550 5.7.26 No such mailbox here'],
] as const)('%s: %s', async (reply, response) => {
  const server = await serve({ deferredCode: '4.7.28', bouncedCode: '5.7.26' });
  expect(await send(server, recipientFor(1, 'gmail', { delayMs: 10, reply }))).toMatchObject({ response });
  expect(server.counts()).toMatchObject({ begun: 1, [reply]: 1, inFlight: 0 });
});

test('the final reply never comes before its delay, stretched, has passed since connect', async () => {
  const server = await serve({}, 2);
  const delays = Array.from({ length: 60 }, (_, i) => 15 + ((i * 7.3) % 60));
  const seen = await Promise.all(delays.map((delayMs, i) => send(server, recipientFor(i, 'gmail', { delayMs, reply: 'accepted' }))));
  for (const [i, { ms }] of seen.entries()) expect(ms).toBeGreaterThanOrEqual(2 * delays[i]!);
  expect(server.counts()).toMatchObject({ begun: 60, accepted: 60, inFlight: 0 });
});

test('a hang is never answered: the client gives up', async () => {
  const server = await serve();
  const client = await dialogue(server.port, recipientFor(1, 'gmail', { delayMs: 1, reply: 'hang' }));
  // Another message with a longer delay is answered meanwhile.
  await send(server, recipientFor(2, 'gmail', { delayMs: 50, reply: 'accepted' }));
  expect(client.lines.at(-1)).toMatch(/^354/);
  expect(server.counts()).toMatchObject({ accepted: 1, hung: 0, inFlight: 1 });
  client.socket.destroy();
  await expect.poll(() => server.counts()).toMatchObject({ accepted: 1, hung: 1, abandoned: 0, inFlight: 0 });
});

test('a client that leaves before its reply has abandoned the transaction', async () => {
  const server = await serve();
  const client = await dialogue(server.port, recipientFor(1, 'gmail', { delayMs: 60_000, reply: 'accepted' }));
  client.socket.destroy();
  await expect.poll(() => server.counts()).toMatchObject({ begun: 1, abandoned: 1, inFlight: 0 });
});

test('faults change the transactions that begin in them, and no others', async () => {
  const server = await serve();
  const to = (throttle: number) => recipientFor(1, 'gmail', { delayMs: 20, reply: 'accepted', throttle });
  const before = await dialogue(server.port, null);

  server.change({ kind: 'ispThrottle', atMs: 0, forMs: 1, share: 0.5 }, true);
  expect((await send(server, to(0.4999))).response).toMatch(/^421 4\.7\.0/);
  expect((await send(server, to(0.5))).response).toMatch(/^250/);
  const hang = recipientFor(1, 'gmail', { delayMs: 20, reply: 'hang', throttle: 0.4999 });
  expect((await send(server, hang)).response).toMatch(/^421 4\.7\.0/);
  server.change({ kind: 'ispThrottle', atMs: 0, forMs: 1, share: 0.5 }, false);

  server.change({ kind: 'ispSlow', atMs: 0, forMs: 1, isp: 'gmail', factor: 5 }, true);
  expect((await send(server, to(0))).ms).toBeGreaterThanOrEqual(100);
  server.change({ kind: 'ispSlow', atMs: 0, forMs: 1, isp: 'gmail', factor: 5 }, false);

  server.change({ kind: 'smtpOutage', atMs: 0, forMs: 1, isp: 'yahoo' }, true); // another one's
  expect((await send(server, to(0))).response).toMatch(/^250/);
  server.change({ kind: 'smtpOutage', atMs: 0, forMs: 1 }, true);
  const during = await dialogue(server.port, to(0));
  await before.message(to(0)); // began before all of them
  expect(await before.line(/^250 2\.0\.0/)).toBe('250 2.0.0 OK: queued');
  server.change({ kind: 'smtpOutage', atMs: 0, forMs: 1 }, false);
  expect((await send(server, to(0))).response).toMatch(/^250/);
  expect(during.lines.at(-1)).toMatch(/^354/); // hangs on, though the outage is over
  during.socket.destroy();
  before.socket.destroy();
  await expect.poll(() => server.counts()).toMatchObject({ hung: 1, inFlight: 0 });
});

test('without directives the delay and the reply come from the profile', async () => {
  const server = await serve({ latencyMs: { kind: 'constant', valueMs: 30 }, bouncedShare: 1 });
  const { response, ms } = await send(server, ['someone@gmail.test', 'another@gmail.test']);
  expect(response).toMatch(/^550/);
  expect(ms).toBeGreaterThanOrEqual(30);
});

test('several messages on one connection are transactions of their own', async () => {
  const server = await serve();
  const client = await dialogue(server.port, recipientFor(1, 'gmail', { delayMs: 5, reply: 'accepted' }));
  await client.line(/^250 2\.0\.0/);
  await client.message(recipientFor(2, 'gmail', { delayMs: 5, reply: 'bounced' }));
  expect(await client.line(/^550/)).toMatch(/^550 5\.1\.1/);
  client.socket.destroy();
  await expect.poll(() => server.counts()).toMatchObject({ begun: 2, accepted: 1, bounced: 1, inFlight: 0 });
});

test('garbage does not stop it', async () => {
  const server = await serve();
  for (const garbage of ['\r\n\0\0\xff\r\n', 'RCPT TO:<>\r\nDATA\r\n', 'GET / HTTP/1.1\r\n\r\n', 'A'.repeat(100_000)]) {
    const socket = connect(server.port, LOOPBACK);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(garbage);
    await once(socket, 'data');
    socket.resetAndDestroy();
  }
  expect((await send(server, '"odd+delay=x+reply=999+=+"@gmail.test')).response).toMatch(/^250/);
  await expect.poll(() => server.counts()).toMatchObject({ begun: 5, accepted: 1, abandoned: 4, inFlight: 0 });
});

test('STARTTLS with the given certificate; the delay holds', async () => {
  const server = await serve({}, 1, testCertificate);
  const { response, ms } = await send(server, recipientFor(1, 'gmail', { delayMs: 40, reply: 'accepted' }), true);
  expect(response).toMatch(/^250/);
  expect(ms).toBeGreaterThanOrEqual(40);
  expect(server.counts()).toMatchObject({ begun: 1, accepted: 1 });
});

/** An SMTP client that goes through DATA with a message, where it has one, and stops there. */
async function dialogue(port: number, recipient: string | null) {
  const socket = connect(port, LOOPBACK).setEncoding('utf8');
  socket.on('error', () => {});
  const lines: string[] = [];
  let rest = '';
  socket.on('data', (text: string) => {
    const all = (rest + text).split('\r\n');
    rest = all.pop()!;
    lines.push(...all);
    socket.emit('lines');
  });
  let read = 0;
  async function line(pattern: RegExp): Promise<string> {
    for (;;) {
      while (read < lines.length) {
        const next = lines[read++]!;
        if (pattern.test(next)) return next;
      }
      await once(socket, 'lines');
    }
  }
  async function message(to: string): Promise<void> {
    for (const [command, reply] of [
      ['EHLO client.test', /^250 /],
      ['MAIL FROM:<a@sender.test>', /^250/],
      [`RCPT TO:<${to}>`, /^250/],
      ['DATA', /^354/],
    ] as const) {
      socket.write(`${command}\r\n`);
      await line(reply);
    }
    socket.write('Subject: test\r\n\r\ntest\r\n.\r\n');
  }
  await line(/^220/);
  if (recipient !== null) await message(recipient);
  return { socket, lines, line, message };
}
