import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import { createProcesses, type Processes } from '../harness/processes.ts';
import { forkIsps } from './isps.ts';
import { recipientFor } from './recipient.ts';

const groups: Processes[] = [];
afterEach(() => Promise.all(groups.splice(0).map((group) => group.stop())));

function group(): Processes {
  const made = createProcesses();
  groups.push(made);
  return made;
}

const isp = (name: string, share = 0.5) => ({ name, share, latencyMs: { kind: 'constant', valueMs: 10 } });
const isps = [isp('gmail'), isp('Yahoo-2')].map((each) => ({ ...each, name: each.name.replace('Y', 'y') }));

test('one process plays all ISPs: mail goes where DNS says, and is counted', async () => {
  const process = await forkIsps(group(), { isps });
  const { listening } = process;
  const resolver = new Resolver();
  resolver.setServers([`${listening.dns.host}:${listening.dns.port}`]);

  for (const { name, domain, exchange, host, port } of listening.isps) {
    expect(await resolver.resolveMx(domain)).toMatchObject([{ exchange, priority: 10 }]);
    expect(await resolver.resolveMx(domain.toUpperCase())).toMatchObject([{ exchange }]);
    expect(await resolver.resolve4(exchange)).toEqual([host]);
    const transport = createTransport({ host, port, ignoreTLS: true });
    await transport.sendMail({ from: 'a@sender.test', to: recipientFor(0, name, { delayMs: 5, reply: 'accepted' }), text: 'x' });
    transport.close();
  }
  await expect(resolver.resolveMx('nowhere.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolveMx('mx.gmail.test')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve6('gmail.test')).rejects.toMatchObject({ code: 'ENODATA' });
  const garbage = createSocket('udp4');
  for (const bytes of ['', 'x', 'not a query at all', '\xff'.repeat(200)]) garbage.send(bytes, listening.dns.port, listening.dns.host);
  await once(garbage, 'listening'); // it is bound by its first message
  expect(await resolver.resolveMx('gmail.test')).toHaveLength(1);
  garbage.close();
  expect(await process.counts()).toMatchObject({ gmail: { begun: 1, accepted: 1 }, 'yahoo-2': { begun: 1, accepted: 1 } });

  await process.change({ kind: 'ispThrottle', atMs: 0, forMs: 1, share: 1 }, true);
  const { host, port } = listening.isps[0]!;
  const transport = createTransport({ host, port, ignoreTLS: true });
  await expect(transport.sendMail({ from: 'a@sender.test', to: 'b@gmail.test', text: 'x' })).rejects.toMatchObject({ responseCode: 421 });
  transport.close();
  expect(await process.stop()).toEqual({ code: 0, signal: null });
});

test('bad options: one message with every fault, exit code 2', async () => {
  const bad = { isps: [{ ...isps[0], share: 2 }], stretch: -1, extra: true };
  const error = await forkIsps(group(), bad).then(
    () => null,
    (reason: Error) => reason.message,
  );
  expect(error).toMatch(/^isps ended with exit code 2 before it was ready; its last words:\n {2}3 faults in the input:/);
  for (const path of ['isps.0.share', 'stretch', 'extra']) expect(error).toContain(path);
});

test('two ISPs of one domain are refused', async () => {
  await expect(forkIsps(group(), { isps: [isp('gmail'), isp('gMail')] })).rejects.toThrow('gmail.test twice');
});
