import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Packet, UDPServer } from 'dns2';
import pg from 'pg';
import { pino } from 'pino';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type Postgres, startPostgres } from '../harness/postgres.ts';
import { type Config, readConfig } from './config.ts';
import { migrate } from './migrate.ts';
import { type Service, startService } from './service.ts';

/** For tests: what surrounds the service, all of it real and on loopback. */
export interface World {
  readonly postgres: Postgres;
  readonly smtp: TestSmtp;
  /** The environment of a service in this world. */
  readonly env: Readonly<Record<string, string>>;
  start(env?: Readonly<Record<string, string>>): Promise<Service>;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const [postgres, smtp, dns] = await Promise.all([startPostgres(), startSmtp(), startDns()]);
  await migrate(postgres.url);
  const admin = new pg.Pool({ connectionString: postgres.adminUrl, max: 1 });
  admin.on('error', () => {}); // a test may have taken the database down
  const env = {
    POD: 'pod-under-test',
    DATABASE_URL: postgres.url,
    DATABASE_CONNECTIONS: '4',
    DNS_SERVERS: `127.0.0.1:${dns.port}`,
    MAIL_EXCHANGERS: `mx.gmail.test=127.0.0.1:${smtp.port},mx.nobody.test=127.0.0.1:1`,
    LOG_LEVEL: 'silent',
  };
  const services: Service[] = [];
  return {
    postgres,
    smtp,
    env,
    async start(more = {}) {
      const config: Config = readConfig({ ...env, ...more });
      const service = await startService(config, pino({ level: config.logLevel }));
      services.push(service);
      return service;
    },
    rows: async (sql) => (await admin.query(sql)).rows,
    async stop() {
      smtp.releaseAll();
      await Promise.all(services.map((service) => service.stop()));
      await admin.end();
      await Promise.all([smtp.stop(), dns.stop(), postgres.stop()]);
    },
  };
}

export type TestSmtp = Awaited<ReturnType<typeof startSmtp>>;

/** A mail exchanger that does what the recipient's local part says: bounce, defer, hang (until released), close, or accept. */
export async function startSmtp(options: SMTPServerOptions = { disabledCommands: ['AUTH', 'STARTTLS'] }) {
  const messages: string[] = [];
  const held: (() => void)[] = [];
  const seen = { connections: 0, open: 0 };
  const reply = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    ...options,
    onConnect(_session, callback) {
      seen.connections++;
      seen.open++;
      callback();
    },
    onClose() {
      seen.open--;
    },
    onData(stream, { envelope }, callback) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => {
        const kind = (envelope.rcptTo[0]?.address ?? '').split('@')[0];
        if (kind === 'bounce') callback(reply(550, '5.1.1 No such mailbox'));
        else if (kind === 'defer') callback(reply(421, '4.7.0 Later'));
        else if (kind === 'hang') held.push(() => callback(null, '2.0.0 At last'));
        else if (kind === 'close') for (const connection of server.connections) connection.close();
        else {
          messages.push(text);
          callback(null, '2.0.0 OK');
        }
      });
    },
  });
  server.on('error', () => {}); // clients that vanish are part of the tests
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    seen,
    get held() {
      return held.length;
    },
    releaseAll: () => held.splice(0).forEach((release) => void release()),
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** Answers MX queries for the domains of the tests. */
async function startDns() {
  const zone: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    'gmail.test': { 'mx.stranger.test': 20, 'MX.gmail.test': 5 },
    'nobody.test': { 'mx.nobody.test': 10 },
    'stranger.test': { 'mx.stranger.test': 1, 'mx.gmail.test': 10 },
    'null.test': { '': 0 }, // RFC 7505
    'empty.test': {},
  };
  const server = new UDPServer((query, answer) => {
    const response = Packet.createResponseFromRequest(query);
    const question = query.questions[0]!;
    const records = zone[question.name.toLowerCase()];
    if (question.name === 'broken.test') response.header.rcode = Packet.RCODE.SERVFAIL;
    else if (records === undefined) response.header.rcode = Packet.RCODE.NXDOMAIN;
    for (const [exchange, priority] of Object.entries(records ?? {})) {
      response.answers.push(Packet.createResourceFromQuestion(question, { ttl: 0, exchange, priority }));
    }
    answer(response);
  });
  await server.listen(0, '127.0.0.1');
  return { port: (server.address() as AddressInfo).port, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** Waits for what is about to be true. Fails only where it never is. */
export async function until(holds: () => boolean | Promise<boolean>, what = String(holds)): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came true: ${what}`);
    await pause(5);
  }
}

export const validEmail = { from: 'news@shop.test', to: 'ann@gmail.test', subject: 'Grüße', body_html: '<p>Hello</p>' };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export async function call(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

export const send = (service: { readonly url: string }, email: unknown = validEmail): Promise<Answer> =>
  call(`${service.url}/api/v1/emails`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof email === 'string' ? email : JSON.stringify(email),
  });
