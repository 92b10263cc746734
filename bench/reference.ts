import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { createTransport } from 'nodemailer';
import { loadScenario } from '../fixtures/scenario.ts';
import { forkBalancer } from '../reference/balancer/balancer.ts';
import { LOOPBACK } from '../reference/harness/loopback.ts';
import { createProcesses } from '../reference/harness/processes.ts';
import { forkIsps } from '../reference/isps/isps.ts';
import { recipientFor } from '../reference/isps/recipient.ts';
import { forkLoad } from '../reference/load/load.ts';
import { percentiles } from '../reference/load/record.ts';

/** What the world around the service adds: delay and CPU of ISPs, balancer and load generator, as JSON. Real ms and µs; Linux alone counts CPU. */

const SECONDS = 15;
const scenario = loadScenario();
const processes = createProcesses();
const CLOCK_TICK_US = 10_000;

/** CPU time of a process so far, µs. */
function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_US;
}

/** Does something at Poisson instants for a while, and waits for it all. */
async function openLoop(ratePerSecond: number, work: (i: number) => Promise<void>): Promise<number> {
  const all: Promise<void>[] = [];
  const untilMs = performance.now() + SECONDS * 1000;
  for (let nextMs = performance.now(); nextMs < untilMs; nextMs += (-Math.log(1 - Math.random()) * 1000) / ratePerSecond) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - performance.now())));
    all.push(work(all.length));
  }
  await Promise.all(all);
  return all.length;
}

/** From connect to final reply over what was asked for, as nodemailer, in this process, sees it. */
async function measureIsps(ratePerSecond: number) {
  const isps = await forkIsps(processes, { isps: scenario.smtp.isps });
  const [{ host, port }] = isps.listening.isps as [(typeof isps.listening.isps)[0]];
  const overMs: number[] = [];
  const before = cpuUs(isps.pid);
  const messages = await openLoop(ratePerSecond, async (i) => {
    const delayMs = 50 + Math.random() * 200;
    const transport = createTransport({ host, port, ignoreTLS: true });
    const to = recipientFor(i, 'gmail', { delayMs, reply: 'accepted' });
    const beganMs = performance.now();
    await transport.sendMail({ from: 'a@sender.test', to, subject: 'bench', html: 'x'.repeat(2048) });
    overMs.push(performance.now() - beganMs - delayMs);
  });
  const cpuUsEach = (cpuUs(isps.pid) - before) / messages;
  await isps.stop();
  return { ratePerSecond, messages, overMs: percentiles(overMs), leastMs: Math.min(...overMs), cpuUsEach };
}

/** A pod that answers at once. */
async function startPod(arrived: (atMs: number, number: number) => void = () => {}) {
  const server = createServer({ keepAliveTimeout: 60_000 }, (asked, response) => {
    arrived(performance.now(), Number(asked.headers['x-number']));
    asked.resume().on('end', () => response.end(JSON.stringify({ message_id: randomUUID(), status: 'sent', smtp_response_code: 250 })));
  });
  await once(server.listen(0, LOOPBACK), 'listening');
  return { server, url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}` };
}

/** From the client's start to the pod, with the balancer's latency and without a balancer. */
async function measureBalancer(ratePerSecond: number, latencyMs: number | null) {
  const began: number[] = [];
  const tookMs: number[] = [];
  const pod = await startPod((atMs, number) => tookMs.push(atMs - began[number]!));
  const balancer = latencyMs === null ? null : await forkBalancer(processes, { pods: [pod.url], latencyMs });
  const url = balancer?.listening.url ?? pod.url;
  const agent = new Agent({ keepAlive: true });
  const body = 'x'.repeat(2200);
  const before = balancer ? cpuUs(balancer.pid) : 0;
  const requests = await openLoop(ratePerSecond, async (i) => {
    began[i] = performance.now();
    const asked = request(url, { agent, method: 'POST', headers: { 'x-number': i, 'content-length': body.length } }).end(body);
    const [response] = await once(asked, 'response');
    await once(response.resume(), 'end');
  });
  const cpuUsEach = balancer ? (cpuUs(balancer.pid) - before) / requests : null;
  agent.destroy();
  await balancer?.stop();
  pod.server.close();
  return { ratePerSecond, latencyMs, requests, tookMs: percentiles(tookMs), leastMs: Math.min(...tookMs), cpuUsEach };
}

/** The generator against a pod that answers at once. */
async function measureLoad(ratePerSecond: number) {
  const pod = await startPod();
  const load = await forkLoad(processes, { target: pod.url, scenario, ratePerSecond, untilMs: SECONDS * 1000 });
  const { planned, outcomes, latenessMs, cpuMs } = await load.play();
  await load.stop();
  pod.server.close();
  return { ratePerSecond, planned, dropped: outcomes.dropped, latenessMs, cpuUsEach: (cpuMs * 1000) / planned };
}

const document = {
  node: process.version,
  loadAverage: loadavg()[0], // on a machine that others use too, only the medians mean something
  isps: [await measureIsps(50), await measureIsps(200)],
  balancer: [
    await measureBalancer(300, null),
    await measureBalancer(300, 0),
    await measureBalancer(300, 1.5),
    await measureBalancer(800, 1.5),
  ],
  load: [await measureLoad(75), await measureLoad(300), await measureLoad(1000)],
};
process.stdout.write(`${JSON.stringify(document, (_key, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value), 2)}\n`);
