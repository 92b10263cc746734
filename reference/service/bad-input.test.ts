import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ErrorCode, errors } from '../http/errors.ts';
import { isAddress } from './address.ts';
import type { Service } from './service.ts';
import { type Answer, send, startWorld, validEmail, type World } from './testing.ts';

/**
 * Bad input in random variants: a coded 4xx is the only answer, no row is left, no worker leaks, nobody is mailed.
 * `npm run bad-input` sends 10,000 of them, in a minute.
 */

const RUNS = Number(process.env['BAD_INPUT_RUNS'] ?? 300);

let world: World;
let service: Service;
beforeAll(async () => {
  world = await startWorld();
  service = await world.start();
});
afterAll(() => world?.stop());

type Field = keyof typeof validEmail;
const field = fc.constantFrom<Field>('from', 'to', 'subject', 'body_html');
const header = fc.constantFrom<Field>('from', 'to', 'subject');
const address = fc.constantFrom<Field>('from', 'to');
const text = fc.string({ unit: 'binary', maxLength: 40 });
const broken = (change: fc.Arbitrary<object>) => change.map((fields) => JSON.stringify({ ...validEmail, ...fields }));
const pair = (name: string, value: unknown) => ({ [name]: value });

/** Splices `inner` into `outer`. */
const spliced = (outer: string, inner: fc.Arbitrary<string>) =>
  fc.tuple(fc.nat(outer.length), inner).map(([at, inner]) => outer.slice(0, at) + inner + outer.slice(at));

const bodies: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'wrong type': broken(
    fc
      .tuple(
        field,
        fc.jsonValue().filter((value) => typeof value !== 'string'),
      )
      .map(([name, value]) => pair(name, value)),
  ),
  'missing field': field.map((name) => JSON.stringify({ ...validEmail, [name]: undefined })),
  'unknown field': broken(
    fc
      .tuple(text, fc.jsonValue())
      .filter(([name]) => !(name in validEmail))
      .map(([name, value]) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`)),
  ),
  'no address': broken(
    fc
      .tuple(
        address,
        text.filter((value) => !isAddress(value)),
      )
      .map(([name, value]) => pair(name, value)),
  ),
  'nearly an address': broken(
    fc
      .tuple(
        address,
        spliced(
          'ann.lee@gmail.test',
          fc.constantFrom('@', '..', ' ', '"', '<', '>', ',', ';', ':', '(', '\\', '[', 'é', '\t', '\0', ' <eve@gmail.test>'),
        ),
      )
      .filter(([, value]) => !isAddress(value))
      .map(([name, value]) => pair(name, value)),
  ),
  'injected header': broken(
    header.chain((name) =>
      spliced(
        validEmail[name],
        fc.tuple(fc.constantFrom('\r\n', '\n', '\r', '\u2028', '\x0b'), text).map((parts) => parts.join('')),
      ).map((value) => pair(name, value)),
    ),
  ),
  'NUL or half a character': broken(
    fc
      .constantFrom<Field>('subject', 'body_html')
      .chain((name) => spliced(validEmail[name], fc.constantFrom('\0', '\ud800x', 'x\udc00')).map((value) => pair(name, value))),
  ),
  'too large': broken(fc.integer({ min: 1024 * 1024, max: 1024 * 1024 + 1000 }).map((length) => pair('body_html', 'x'.repeat(length)))),
  'empty or too long': fc
    .constantFrom(pair('body_html', ''), pair('subject', 'x'.repeat(999)), pair('to', `${'x'.repeat(65)}@gmail.test`))
    .map((fields) => JSON.stringify({ ...validEmail, ...fields })),
  'nobody to send to': broken(
    fc
      .oneof(fc.domain(), fc.constantFrom('nowhere.test', 'empty.test', 'null.test', 'stranger.test'))
      .map((domain) => pair('to', `ann@${domain}`)),
  ),
  'no object': fc
    .jsonValue()
    .filter((value) => value === null || typeof value !== 'object' || Array.isArray(value))
    .map((value) => JSON.stringify(value)),
  'no JSON': fc.oneof(
    text.filter((value) => !isJson(value)),
    fc.nat(50).map((length) => JSON.stringify(validEmail).slice(0, length)),
  ),
  prototype: fc.constantFrom(
    '{"__proto__":{"from":"a"}}',
    '{"constructor":{"prototype":{}}}',
    `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  ),
};

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

function expectCoded({ status, body, headers }: Answer, code = body['code'] as ErrorCode): void {
  expect(errors).toHaveProperty(code);
  expect(status).toBe(errors[code].status);
  expect(Math.floor(status / 100)).toBe(4);
  expect(headers.get('x-pod')).toBe('pod-under-test');
}

const share = Math.ceil(RUNS / (Object.keys(bodies).length + 2));

test.each(Object.entries(bodies))(
  '%s',
  async (_what, body) => {
    await fc.assert(
      fc.asyncProperty(body, async (body) => expectCoded(await send(service, body))),
      { numRuns: share },
    );
  },
  1_800_000,
);

test('another media type, or none', async () => {
  const type = fc.oneof(
    fc.constantFrom('text/plain', 'application/xml', 'application/jsonx', 'multipart/form-data', '', ';'),
    fc.stringMatching(/^[a-z]{1,9}\/[a-z]{1,9}$/),
  );
  await fc.assert(
    fc.asyncProperty(type, async (type) => expectCoded(await ask('POST', '/api/v1/emails', { 'content-type': type }, '{}'))),
    { numRuns: share },
  );
}, 1_800_000);

test('an id that is no UUID', async () => {
  const uuid = '00000000-0000-4000-8000-000000000000';
  const id = fc.oneof(
    text.map((value) => encodeURIComponent(value.toWellFormed())),
    fc.stringMatching(/^[!-~]{0,120}$/).filter((value) => !value.includes('#')),
    spliced(uuid, fc.stringMatching(/^[!-"$-~]{1,3}$/)),
    fc.nat(35).map((length) => uuid.slice(0, length)),
  );
  await fc.assert(
    fc.asyncProperty(id, async (id) => expectCoded(await ask('GET', `/api/v1/emails/${id}/status`))),
    { numRuns: share },
  );
}, 1_800_000);

test('leaves nothing', async () => {
  expect(service.workers.busy.value).toBe(0);
  expect(await world.rows('SELECT * FROM emails')).toEqual([]);
  expect(world.smtp.seen.connections).toBe(0);
  expect((await send(service)).status).toBe(200);
});

/** As `fetch`, which would normalise the path. */
const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = '') =>
  new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(service.url);
    request({ hostname, port, method, path, headers }, async (response) => {
      try {
        const text = (await response.setEncoding('utf8').toArray()).join('');
        resolve({ status: response.statusCode!, headers: new Headers(response.headers as Record<string, string>), body: JSON.parse(text) });
      } catch (error) {
        reject(error);
      }
    })
      .on('error', reject)
      .end(body);
  });
