import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fixturesFolder } from '../../../fixtures/files.ts';
import { loadScenario } from '../../../fixtures/scenario.ts';
import { Stream } from '../../../sim/engine/stream.ts';
import { startWorld } from '../../harness/world.ts';
import { CALLBACKS } from './attribution.ts';
import { evaluate } from './evaluate.ts';
import type { Cost } from './fit.ts';
import { type Measured, measure, measureBackground, type PlaySpec, probe } from './measure.ts';
import { report } from './report.ts';

/**
 * Calibrates the pods' event loop: measures on the real service what each I/O callback costs, prints it as Markdown and writes the fixture
 * that the simulator reads. Where the machine had no CPU to spare it writes nothing and exits with 1. Usage: npm run calibrate
 */

const RATES = [100, 140, 180]; // the judged ones are others
const CHECK_RATE = 230; // predicted and measured
const ROUNDS = 3;
const WARMUP = { requests: 2000, ratePerSecond: 200 };
const BACKGROUND_MS = 5000;
const INTERVAL = { warmupMs: 1500, measureMs: 7000 };
const LEAST_IDLE_SHARE = 0.25;
/** The 503 and the deadline are rare at those rates. They are measured where they are not: messages hang, and the deadline comes sooner. */
const RARE = { ratePerSecond: 300, hangShare: 0.02, timeoutMs: 4000 };

const scenario = loadScenario({ set: ['pods.count=1', 'database.connections=20', `smtp.timeoutMs=${RARE.timeoutMs}`] });
const hanging = { ...scenario, smtp: { ...scenario.smtp, isps: scenario.smtp.isps.map((isp) => ({ ...isp, hangShare: RARE.hangShare })) } };

/** The plays of a round: each rate with and without the hooks, the same workload for both. */
function playsOf(round: number): PlaySpec[] {
  const play = { seed: `calibration/${round}`, scenario, recorded: false, ...INTERVAL };
  return [
    ...RATES.flatMap((ratePerSecond) => [
      { ...play, ratePerSecond },
      { ...play, ratePerSecond, recorded: true },
    ]),
    { ...play, ratePerSecond: CHECK_RATE },
    { ...play, ratePerSecond: RARE.ratePerSecond, scenario: hanging, recorded: true },
  ];
}

/** Fisher and Yates. */
function shuffle<Item>(items: Item[], stream: Stream): Item[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(stream.uniform() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

async function measureAll(): Promise<{ plays: Measured[]; backgroundMsPerSecond: number }> {
  const world = await startWorld({ scenario, stretch: 1, database: 'emulated', tls: false, podPreload: probe });
  try {
    const backgroundMsPerSecond = await measureBackground(world, BACKGROUND_MS);
    const { requests, ratePerSecond } = WARMUP;
    const measureMs = (requests / ratePerSecond) * 1000;
    await measure(world, { ratePerSecond, seed: 'calibration/warm-up', recorded: false, scenario, warmupMs: 0, measureMs });
    const stream = new Stream();
    stream.seed('calibration/order');
    const plays: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const spec of shuffle(playsOf(round), stream)) {
        plays.push(await measure(world, spec));
        process.stderr.write(`play ${plays.length} of ${ROUNDS * playsOf(0).length}\n`);
      }
    }
    return { plays, backgroundMsPerSecond };
  } finally {
    await world.stop();
  }
}

const { plays, backgroundMsPerSecond } = await measureAll();
const evaluation = evaluate(plays, { rates: RATES, checkRate: CHECK_RATE, rareRate: RARE.ratePerSecond });
const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]!.model.trim()}, ${process.platform} ${process.arch}`;
const source = `${machine}, ${new Date().toISOString().slice(0, 10)}, ${RATES.join(', ')} requests/s`;
process.stdout.write(`${source}\n\n${report(evaluation, backgroundMsPerSecond)}\n`);

const leastIdle = Math.min(...plays.map(({ idleShare }) => idleShare));
const dropped = plays.reduce((sum, { outcomes }) => sum + outcomes.dropped, 0);
if (leastIdle < LEAST_IDLE_SHARE || dropped > 0) {
  const idle = `${(100 * leastIdle).toFixed(0)}% idle in one play, and ${100 * LEAST_IDLE_SHARE}% are needed`;
  process.stdout.write(`Void: the machine was only ${idle}; ${dropped} requests were dropped. Nothing is written.\n`);
  process.exitCode = 1;
} else {
  const { fitted } = evaluation;
  const rounded = ({ kind, meanMs, sigma }: Cost) => ({ kind, meanMs: Number(meanMs.toFixed(4)), sigma: Number(sigma.toFixed(3)) });
  const measured = Object.fromEntries(CALLBACKS.map((name) => [name, rounded(fitted.callbacks[name].cost)]));
  const collections = fitted.collections && {
    everyMs: Number(fitted.collections.everyMs.toFixed(1)),
    pauseMs: rounded(fitted.collections.pauseMs),
  };
  const file = join(fixturesFolder, 'event-loops/default.json');
  const { callbacks } = JSON.parse(readFileSync(file, 'utf8')) as { callbacks: object };
  const document = { source, callbacks: { ...callbacks, ...measured }, collections }; // what is not measured stays as it is
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  process.stdout.write('Written: fixtures/event-loops/default.json\n');
}
