import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errors } from '../http/errors.ts';
import type { Service } from './service.ts';
import { call, send, startWorld, until, validEmail, type World } from './testing.ts';

/** Every route and every answer, over HTTP, with a real database, real SMTP and real DNS. */

const UUID = /^[0-9a-f-]{36}$/;

let world: World;
let service: Service;
beforeAll(async () => {
  world = await startWorld();
  service = await world.start();
});
afterAll(() => world?.stop());

const status = (id: string, of = service) => call(`${of.url}/api/v1/emails/${id}/status`);
const to = (address: string) => ({ ...validEmail, to: address });
const row = async (id: unknown) => (await world.rows(`SELECT * FROM emails WHERE message_id = '${id}'`))[0];

describe('a send', () => {
  test('is delivered once, recorded, and answered with the final reply', async () => {
    const { status: http, body, headers } = await send(service);
    expect(http).toBe(200);
    expect(body).toEqual({ message_id: expect.stringMatching(UUID), status: 'sent', smtp_response_code: 250 });
    expect(headers.get('x-pod')).toBe('pod-under-test');
    expect(await row(body['message_id'])).toMatchObject({
      sender: validEmail.from,
      recipient: validEmail.to,
      subject: validEmail.subject,
      body_html: validEmail.body_html,
      status: 'sent',
      smtp_response_code: 250,
      created_at: expect.any(Date),
      sent_at: expect.any(Date),
    });
    const [message, ...others] = world.smtp.messages.filter((text) => text.includes(String(body['message_id'])));
    expect(others).toEqual([]);
    expect(message).toContain(`Message-ID: <${body['message_id']}@shop.test>`);
    expect(message).toContain('<p>Hello</p>');
  });

  test('says where its time went', async () => {
    const { headers } = await send(service);
    const took: Record<string, number> = Object.fromEntries(
      headers
        .get('server-timing')!
        .split(', ')
        .map((entry) => entry.split(';dur='))
        .map(([step, ms]) => [step, Number(ms)]),
    );
    expect(Object.keys(took)).toEqual(['mx', 'insert-wait', 'insert', 'smtp', 'update-wait', 'update', 'worker']);
    const { worker = 0, ...parts } = took;
    expect(worker).toBeGreaterThanOrEqual(Object.values(parts).reduce((sum, ms) => sum + ms, 0));
  });

  test.each([
    ['bounce@gmail.test', 'smtp_rejected', 550],
    ['defer@gmail.test', 'smtp_rejected', 421],
    ['ann@nobody.test', 'smtp_failed', null],
  ] as const)('to %s fails for good: %s, %s', async (address, code, reply) => {
    const connections = world.smtp.seen.connections;
    const { status: http, body } = await send(service, to(address));
    expect(http).toBe(500);
    expect(body).toMatchObject({ message_id: expect.stringMatching(UUID), status: 'failed', smtp_response_code: reply, code });
    expect(body['message']).toContain(errors[code].message);
    if (reply !== null) expect(body['message']).toMatch(new RegExp(`${reply} [45]\\.\\d\\.\\d`)); // the exchanger's own words
    expect(await row(body['message_id'])).toMatchObject({ status: 'failed', smtp_response_code: reply, sent_at: null });
    expect(world.smtp.seen.connections - connections).toBeLessThanOrEqual(1); // no retry
  });

  test('whose deadline passes fails, frees its worker and destroys its socket', async () => {
    const impatient = await world.start({ SMTP_TIMEOUT_MS: '300', WORKERS: '1' });
    await until(() => world.smtp.seen.open === 0);
    const start = performance.now();
    const { status: http, body } = await send(impatient, to('hang@gmail.test'));
    expect(performance.now() - start).toBeGreaterThanOrEqual(299); // a timer may be early by less than a millisecond
    expect(http).toBe(500);
    expect(body).toMatchObject({ code: 'smtp_timeout', status: 'failed', smtp_response_code: null });
    expect(await row(body['message_id'])).toMatchObject({ status: 'failed', smtp_response_code: null });
    await until(() => world.smtp.seen.open === 0); // though the exchanger has not let go
    expect((await send(impatient)).status).toBe(200);
    world.smtp.releaseAll();
  });

  test.each([
    ['nowhere.test', 422, 'no_mail_exchanger'],
    ['empty.test', 422, 'no_mail_exchanger'],
    ['null.test', 422, 'no_mail_exchanger'],
    ['stranger.test', 422, 'exchanger_not_allowed'], // though its second choice is allowed
    ['broken.test', 500, 'mx_lookup_failed'],
  ] as const)('to somebody at %s is answered %i %s and leaves nothing', async (domain, http, code) => {
    const connections = world.smtp.seen.connections;
    const answer = await send(service, to(`ann@${domain}`));
    expect(answer.status).toBe(http);
    expect(answer.body).toMatchObject({ code });
    expect(await world.rows(`SELECT * FROM emails WHERE recipient = 'ann@${domain}'`)).toEqual([]);
    expect(world.smtp.seen.connections).toBe(connections);
  });

  test('by a service with no exchangers goes to nobody', async () => {
    const lonely = await world.start({ MAIL_EXCHANGERS: '' });
    expect((await send(lonely)).body).toMatchObject({ code: 'exchanger_not_allowed' });
  });

  test.each(['subject', 'from', 'to'] as const)('cannot inject a header through %s', async (field) => {
    const seen = world.smtp.messages.length;
    for (const breaker of ['\r\n', '\n', '\r', '\u2028', '\u0085']) {
      const answer = await send(service, { ...validEmail, [field]: `${validEmail[field]}${breaker}Bcc: stranger@gmail.test` });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: 'invalid_header' });
    }
    expect(world.smtp.messages.length).toBe(seen);
  });

  test('may have a long subject and a large body', async () => {
    const answer = await send(service, { ...validEmail, subject: 'ü'.repeat(998), body_html: 'x'.repeat(1_000_000) });
    expect(answer.status).toBe(200);
  });
});

describe('a status query', () => {
  test('finds what became of a message', async () => {
    const { body } = await send(service);
    const id = String(body['message_id']);
    const found = { message_id: id, status: 'sent', smtp_response_code: 250, sent_at: expect.stringMatching(/^\d{4}-.*Z$/) };
    expect((await status(id)).body).toEqual(found);
    expect((await status(id.toUpperCase())).body).toEqual(found);
    const failed = await send(service, to('bounce@gmail.test'));
    expect((await status(String(failed.body['message_id']))).body).toMatchObject({
      status: 'failed',
      smtp_response_code: 550,
      sent_at: null,
    });
  });

  test('finds a message that is on its way', async () => {
    const sending = send(service, to('hang@gmail.test'));
    await until(() => world.smtp.held === 1);
    const [{ message_id: id } = {}] = await world.rows(`SELECT message_id FROM emails WHERE status = 'pending'`);
    expect((await status(String(id))).body).toEqual({ message_id: id, status: 'pending', smtp_response_code: null, sent_at: null });
    world.smtp.releaseAll();
    expect((await sending).status).toBe(200);
  });

  test.each([
    ['00000000-0000-4000-8000-000000000000', 404, 'message_not_found'],
    ['no-uuid', 400, 'invalid_id'],
    ['urn:uuid:00000000-0000-4000-8000-000000000000', 400, 'invalid_id'],
    ['x'.repeat(1_000), 400, 'invalid_id'],
    ['%E0%A4%A', 400, 'bad_request'],
  ] as const)('for %s is answered %i %s', async (id, http, code) => {
    const answer = await status(id);
    expect(answer.status).toBe(http);
    expect(answer.body).toEqual({ code, message: errors[code].message });
  });
});

describe('bad input', () => {
  test.each([
    ['no JSON', '{"from":', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['a prototype', '{"__proto__":{}}', 'invalid_json'],
    ['a list', [], 'invalid_request'],
    ['a missing field', { ...validEmail, subject: undefined }, 'invalid_request'],
    ['an unknown field', { ...validEmail, bcc: 'eve@gmail.test' }, 'invalid_request'],
    ['a number', { ...validEmail, subject: 7 }, 'invalid_request'],
    ['null', { ...validEmail, to: null }, 'invalid_request'],
    ['a list of one', { ...validEmail, to: ['ann@gmail.test'] }, 'invalid_request'],
    ['an endless subject', { ...validEmail, subject: 'x'.repeat(999) }, 'invalid_request'],
    ['no address', { ...validEmail, from: 'somebody' }, 'invalid_address'],
    ['a NUL', { ...validEmail, body_html: 'a\0b' }, 'invalid_text'],
    ['half a character', { ...validEmail, body_html: '\ud800' }, 'invalid_text'],
    ['too much', { ...validEmail, body_html: 'x'.repeat(1024 * 1024) }, 'body_too_large'],
  ] as const)('%s', async (_what, body, code) => {
    const answer = await send(service, body);
    expect(answer.body).toMatchObject({ code });
    expect(answer.status).toBe(errors[code].status);
  });

  test('another media type', async () => {
    const answer = await call(`${service.url}/api/v1/emails`, { method: 'POST', body: 'from=a' });
    expect(answer.status).toBe(415);
    expect(answer.body).toMatchObject({ code: 'unsupported_media_type' });
  });

  test.each(['/', '/api/v1/emails', '/api/v1/emails/status', '/metrics', '/health', '/openapi.json'])('GET %s', async (path) => {
    const answer = await call(service.url + path);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'route_not_found' });
  });

  test.each([
    ['what is no HTTP', 'HELO gmail.test\r\n\r\n', 400, 'bad_request'],
    ['endless header fields', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ] as const)('%s', async (_what, bytes, http, code) => {
    const answer = await raw(bytes);
    expect(answer).toContain(`HTTP/1.1 ${http} `);
    expect(answer).toContain(`"code":"${code}"`);
  });

  test('holds no worker afterwards', async () => {
    expect(service.workers.busy.value).toBe(0);
  });

  test('nor does a client that goes away in the middle of its body, or while its message is on its way', async () => {
    const head = 'POST /api/v1/emails HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length:';
    const uploading = connect(Number(new URL(service.url).port), '127.0.0.1').on('error', () => {});
    uploading.write(`${head} 1000\r\n\r\n{"from`);
    await until(() => service.workers.busy.value === 1);
    uploading.resetAndDestroy();
    await until(() => service.workers.busy.value === 0);

    const text = JSON.stringify(to('hang@gmail.test'));
    const waiting = connect(Number(new URL(service.url).port), '127.0.0.1').on('error', () => {});
    waiting.write(`${head} ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    await until(() => world.smtp.held === 1);
    waiting.resetAndDestroy();
    await call(`${service.operationsUrl}/health`);
    expect(service.workers.busy.value).toBe(1); // the work goes on
    world.smtp.releaseAll();
    await until(() => service.workers.busy.value === 0);
    expect(await world.rows(`SELECT 1 FROM emails WHERE status = 'pending'`)).toEqual([]);
  });

  test('nor does one that sends its body too slowly: it is cut off', async () => {
    const answer = raw('POST /api/v1/emails HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
    await until(() => service.workers.busy.value === 1);
    expect(await answer).toContain('"code":"request_timeout"');
    await until(() => service.workers.busy.value === 0);
  });

  test('a query that says that a body will come, and ends without it, is answered', async () => {
    const path = '/api/v1/emails/00000000-0000-4000-8000-000000000000/status';
    const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n`, 'end');
    expect(answer).toContain('"code":"message_not_found"');
  });

  const raw = (bytes: string, how: 'write' | 'end' = 'write') =>
    new Promise<string>((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket[how](bytes));
      socket.setEncoding('latin1').on('data', (text: string) => {
        answer += text;
      });
      socket.on('error', reject).on('close', () => resolve(answer));
    });
});

describe('a full pool', () => {
  test('answers 503 at once, to sends and status queries, and nothing else suffers', async () => {
    const small = await world.start({ WORKERS: '3' });
    const sending = [1, 2, 3].map(() => send(small, to('hang@gmail.test')));
    await until(() => world.smtp.held === 3);
    const rejected = await Promise.all([send(small), send(small, 'no JSON'), status('no-uuid', small)]);
    for (const { status: http, headers, body } of rejected) {
      expect(http).toBe(503);
      expect(headers.get('retry-after')).toBe('1');
      expect(body).toEqual({ code: 'pool_full', message: errors.pool_full.message });
    }
    expect((await call(`${small.operationsUrl}/health`)).body).toEqual({ status: 'ok', workers: { busy: 3, size: 3 } });
    const metrics = await (await fetch(`${small.operationsUrl}/metrics`)).text();
    expect(metrics).toContain('emails_workers_busy 3');
    expect(metrics).toContain('emails_responses_total{route="POST /api/v1/emails",status="503",code="pool_full"} 2');
    world.smtp.releaseAll();
    for (const answer of await Promise.all(sending)) expect(answer.status).toBe(200);
    expect((await send(small)).status).toBe(200);
  });
});

describe('operations', () => {
  test('metrics of workers, database, steps and event loop', async () => {
    await send(service);
    const response = await fetch(`${service.operationsUrl}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    const value = (name: string) => Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('emails_workers')).toBe(50);
    expect(value('emails_database_connections')).toBe(4);
    for (const counter of ['worker_busy', 'database_busy', 'eventloop_active', 'eventloop_idle']) {
      expect(value(`emails_${counter}_seconds_total`)).toBeGreaterThan(0);
    }
    for (const step of ['insert', 'mx', 'smtp', 'update', 'worker']) {
      expect(value(`emails_step_seconds_count{step="${step}"}`)).toBeGreaterThan(0);
    }
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });

  test('the OpenAPI document has both routes and every error', async () => {
    const { body } = await call(`${service.operationsUrl}/openapi.json`);
    expect(body).toMatchObject({ openapi: '3.1.0' });
    expect(Object.keys(body['paths'] as object)).toEqual(['/api/v1/emails', '/api/v1/emails/{id}/status']);
    const text = JSON.stringify(body);
    for (const code of Object.keys(errors).filter((code) => !['route_not_found', 'client_gone', 'database_unavailable'].includes(code))) {
      expect(text).toContain(`"${code}"`);
    }
  });
});
