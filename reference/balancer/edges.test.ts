import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../harness/child.ts';
import { errors } from '../http/errors.ts';
import type { Service } from '../service/service.ts';
import { send, startWorld, validEmail, type World } from '../service/testing.ts';
import { type BalancerCounts, startBalancer } from './balancer.ts';

/** What is at the edge of HTTP is answered alike by the balancer and by a pod, with an error of the catalogue, and counted once. */

let world: World;
let service: Service;
let balancer: Running & { readonly listening: { readonly url: string } };
beforeAll(async () => {
  world = await startWorld();
  service = await world.start();
  balancer = await startBalancer({ pods: [service.url], latencyMs: 0, maxConnections: 100, answerWithinMs: 60_000, stretch: 1 });
}, 60_000);
afterAll(async () => {
  await balancer?.stop();
  await world?.stop();
});

interface Answer {
  readonly status: number;
  readonly closes: boolean;
  /** '' if there is no body. */
  readonly code: string;
}

/** The answers that come back for these bytes. */
const talk = async (url: string, bytes: string, enough: number | 'half-close'): Promise<readonly Answer[]> =>
  answersIn(await hear(url, bytes, enough));

/** Everything that comes back for these bytes; the client says that no more will come, or leaves when `enough` answers are there. */
function hear(url: string, bytes: string, enough: number | 'half-close'): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true }, () => {
      if (enough === 'half-close') socket.end(bytes, 'latin1');
      else socket.write(bytes, 'latin1');
    });
    socket.on('data', (data) => {
      text += data;
      if (enough !== 'half-close' && answersIn(text).length === enough) socket.end();
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(text));
    socket.on('error', (error) => (text === '' ? reject(error) : undefined));
  });
}

function answersIn(text: string): Answer[] {
  return text
    .split(/(?=HTTP\/1\.1 \d)/)
    .filter((answer) => answer.includes('\r\n\r\n') && !answer.startsWith('HTTP/1.1 100 '))
    .map((answer) => ({
      status: Number(answer.slice(9, 12)),
      closes: /^connection: close/im.test(answer),
      code: /"code":"(\w+)"/.exec(answer)?.[1] ?? '',
    }));
}

const json = JSON.stringify(validEmail);
const body = Buffer.from(json).toString('latin1');
const head = (line: string, ...fields: readonly string[]) => `${[line, 'Host: x', ...fields].join('\r\n')}\r\n\r\n`;
const post = (fields: readonly string[], content: string) =>
  head('POST /api/v1/emails HTTP/1.1', 'Content-Type: application/json', ...fields) + content;
const whole = (content: string, ...fields: readonly string[]) => post([`Content-Length: ${content.length}`, ...fields], content);
const chunked = (content: string) => post(['Transfer-Encoding: chunked'], `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`);
const status = '/api/v1/emails/00000000-0000-4000-8000-000000000000/status';

const upgrade = head(`GET ${status} HTTP/1.1`, 'Connection: Upgrade', 'Upgrade: websocket');
const OF_THE_MESSAGE = ['Expect: 100-continue', 'Connection: Host, Expect, Content-Type, Content-Length, Content-Encoding'];

const cases: readonly (readonly [what: string, bytes: string, ...codes: string[]])[] = [
  ['what is no HTTP', 'HELO gmail.test\r\n\r\n', 'bad_request'],
  ['a TLS hello', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', 'bad_request'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'bad_request'],
  ['a version that is none', head('GET / HTTP/9.9'), 'bad_request'],
  ['a method that is none', head('FOO / HTTP/1.1'), 'bad_request'],
  ['a NUL in the target', head('GET /a\0b HTTP/1.1'), 'bad_request'],
  ['a NUL in a field', head('GET / HTTP/1.1', 'x: a\0b'), 'bad_request'],
  ['a folded field', head('GET / HTTP/1.1', 'x: a\r\n b'), 'bad_request'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 'bad_request'],
  ['two Hosts', head('GET / HTTP/1.1', 'Host: y'), 'bad_request'],
  ['HTTP/1.0 without Host', `GET ${status} HTTP/1.0\r\n\r\n`, 'message_not_found'],
  ['HTTP/1.0 that is kept alive', `GET ${status} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`, 'message_not_found'],
  ['an absolute target', head(`GET http://x${status} HTTP/1.1`), 'message_not_found'],
  ['a path that cannot be decoded', head('GET /%E0%A4%A HTTP/1.1'), 'bad_request'],
  ['a path that nothing is at', head('GET /metrics HTTP/1.1'), 'route_not_found'],
  ['OPTIONS *', head('OPTIONS * HTTP/1.1'), 'route_not_found'],
  ['TRACE', head('TRACE / HTTP/1.1'), 'route_not_found'],
  ['CONNECT', head('CONNECT gmail.test:25 HTTP/1.1'), 'route_not_found'],
  ['an upgrade', upgrade, 'message_not_found'],
  ['endless fields', head('GET / HTTP/1.1', `x: ${'x'.repeat(100_000)}`), 'headers_too_large'],
  ['an endless target', head(`GET /${'x'.repeat(100_000)} HTTP/1.1`), 'headers_too_large'],
  ['three at once', head(`GET ${status} HTTP/1.1`).repeat(3), 'message_not_found', 'message_not_found', 'message_not_found'],
  ['one, then what is none', `${head(`GET ${status} HTTP/1.1`)}rubbish\r\n\r\n`, 'message_not_found', 'bad_request'],
  ['an email', whole(body), ''],
  ['an email in chunks', chunked(body), ''],
  ['an email that is waited for', whole(body, 'Expect: 100-continue'), ''],
  ['an email, then one that is too large, then one', whole(body) + whole('x'.repeat(1_200_000)) + whole(body), '', 'body_too_large', ''],
  ['a Connection that names what is of the message', whole(body, ...OF_THE_MESSAGE), ''],
  ['an unknown expectation', whole(body, 'Expect: miracles'), 'expectation_failed'],
  ['a length and chunks', post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 'bad_request'],
  ['a length that is none', post(['Content-Length: x'], ''), 'bad_request'],
  ['two lengths', post(['Content-Length: 1', 'Content-Length: 2'], 'ab'), 'bad_request'],
  ['a chunk that is none', post(['Transfer-Encoding: chunked'], 'zz\r\n'), 'bad_request'],
  ['another transfer coding', post(['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'), 'unknown_transfer_coding'],
  ['no body', post([], ''), 'invalid_json'],
  ['bytes that are no UTF-8', whole(body.replace('Hello', 'H\xff')), 'invalid_json'],
  ['half a character of UTF-8', whole('{"from":"\xe4'), 'invalid_json'],
  ['a body that says that it is compressed', whole(body, 'Content-Encoding: gzip'), 'unsupported_media_type'],
  ['a body that says that it is not', whole(body, 'Content-Encoding: identity'), ''],
  ['another charset', whole(body).replace('/json', '/json; charset=iso-8859-1'), 'unsupported_media_type'],
  ['the charset of JSON', whole(body).replace('/json', '/json; charset="UTF-8"'), ''],
  ['another media type', whole(body).replace('/json', '/xml'), 'unsupported_media_type'],
  ['too much', whole('x'.repeat(1_200_000)), 'body_too_large'],
  ['too much, and no more', whole('x'.repeat(1_200_000), 'Connection: close'), 'body_too_large'],
  ['too much in chunks', chunked('x'.repeat(2_000_000)), 'body_too_large'],
  ['too much that is waited for', post(['Content-Length: 2000000', 'Expect: 100-continue'], ''), 'body_too_large'],
  ['much for nobody', head('POST /nobody HTTP/1.1', 'Content-Length: 900000') + 'x'.repeat(900_000), 'route_not_found'],
];

const doors = () => [service.url, balancer.listening.url];
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, n) => total + n, 0);
const ended = () => (balancer.answer!('counts') as BalancerCounts).ended;

/** Requests in the pod's counter, those of the operations left out. */
async function counted(): Promise<number> {
  const text = await (await fetch(`${service.operationsUrl}/metrics`)).text();
  const lines = [...text.matchAll(/^emails_responses_total\{route="(.*?)",.*\} (\d+)$/gm)];
  return lines.filter(([, route]) => route !== 'GET /metrics').reduce((total, [, , n]) => total + Number(n), 0);
}

let made = 0; // requests at each of the two doors

describe.each(['kept open', 'half-close'] as const)('%s', (way) => {
  test.each(cases)('%s', async (_what, bytes, ...codes) => {
    made += codes.length;
    for (const url of doors()) {
      const answers = await talk(url, bytes, way === 'half-close' ? way : codes.length);
      expect([url, ...answers.map(({ code }) => code)]).toEqual([url, ...codes]);
      for (const { code, status } of answers) expect(status).toBe(code === '' ? 200 : errors[code as keyof typeof errors].status);
    }
  });
});

test('a HEAD has the status of its GET, and no body', async () => {
  made++;
  for (const url of doors()) expect(await talk(url, head(`HEAD ${status} HTTP/1.1`), 1)).toMatchObject([{ status: 404, code: '' }]);
});

test('nothing follows a request for an upgrade on its connection, which says so', async () => {
  made++;
  for (const url of doors()) {
    const answers = await talk(url, upgrade + head(`GET ${status} HTTP/1.1`).repeat(20), Number.POSITIVE_INFINITY);
    expect(answers).toEqual([{ status: 404, closes: true, code: 'message_not_found' }]);
  }
});

test('HTTP/1.0 is not told to go on, and its body is taken once', async () => {
  made++;
  const email = JSON.stringify({ ...validEmail, subject: 'x', body_html: 'x'.repeat(300_000) });
  const fields = ['Content-Type: application/json', `Content-Length: ${email.length}`, 'Expect: 100-continue'];
  for (const url of doors()) {
    const answer = await hear(url, `${['POST /api/v1/emails HTTP/1.0', ...fields].join('\r\n')}\r\n\r\n${email}`, 1);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  }
});

test('a message names its field as the client wrote it', async () => {
  made++;
  for (const url of doors()) {
    const { body } = await send({ url }, { ...validEmail, body_html: 'a\0b' });
    expect(body).toEqual({ code: 'invalid_text', message: `${errors.invalid_text.message} (body_html)` });
  }
});

test('a client that has gone before its answer leaves nothing, and neither does what waited behind it', async () => {
  made += 3;
  const hanging = whole(JSON.stringify({ ...validEmail, subject: 'x', to: 'hang@gmail.test' }));
  for (const url of doors()) {
    const held = world.smtp.held;
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(hanging + head(`GET ${status} HTTP/1.1`).repeat(2)));
    socket.on('error', () => {});
    await expect.poll(() => world.smtp.held).toBe(held + 1);
    socket.resetAndDestroy();
  }
  await expect.poll(() => ended().client_gone).toBe(3);
  world.smtp.releaseAll();
  await expect.poll(() => service.workers.busy.value).toBe(0);
});

test('each request was counted once at the balancer; at the pod those of its own and those that came through', async () => {
  expect(sum(ended())).toBe(made);
  await expect.poll(counted).toBe(made + ended().answered! + 1); // the send whose client left the balancer
});
