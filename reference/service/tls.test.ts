import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send, startSmtp, startWorld, type TestSmtp, type World } from './testing.ts';

/** STARTTLS: required, and verified against the given certificate. The certificates are made by openssl; a machine without it skips this. */

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let folder: string;
let world: World;
let secured: TestSmtp;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mailsim-tls-'));
  world = await startWorld();
  if (!hasOpenssl) return;
  for (const name of ['ours', 'other']) {
    const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)];
    const subject = ['-subj', '/CN=mx.gmail.test', '-addext', 'subjectAltName=DNS:mx.gmail.test'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', ...files, ...subject],
      {
        stdio: 'ignore',
      },
    );
  }
  secured = await startSmtp({
    disabledCommands: ['AUTH'],
    key: readFileSync(join(folder, 'ours.key')),
    cert: readFileSync(join(folder, 'ours.pem')),
  });
});
afterAll(async () => {
  await secured?.stop();
  await world?.stop();
  rmSync(folder, { recursive: true });
});

test.runIf(hasOpenssl)('it is required and verified', async () => {
  const exchanger = (port: number, name = 'mx.gmail.test') => ({ MAIL_EXCHANGERS: `${name}=127.0.0.1:${port}` });
  const trusting = { SMTP_TLS: join(folder, 'ours.pem') };

  const trusted = await world.start({ ...trusting, ...exchanger(secured.port) });
  expect((await send(trusted)).body).toMatchObject({ status: 'sent', smtp_response_code: 250 });

  const plain = await world.start({ ...trusting, ...exchanger(world.smtp.port) });
  expect((await send(plain)).body).toMatchObject({ status: 'failed', smtp_response_code: 500 }); // the reply to STARTTLS

  const another = await world.start({ SMTP_TLS: join(folder, 'other.pem'), ...exchanger(secured.port) });
  expect((await send(another)).body).toMatchObject({ status: 'failed', code: 'smtp_failed' });

  const misnamed = await world.start({ ...trusting, ...exchanger(secured.port, 'mx.nobody.test') });
  expect((await send(misnamed, { from: 'a@b.test', to: 'ann@nobody.test', subject: '', body_html: 'x' })).body).toMatchObject({
    code: 'smtp_failed',
  });

  expect(world.smtp.messages.length + secured.messages.length).toBe(1);
});
