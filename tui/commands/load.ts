import { playLoad } from '../../reference/harness/play.ts';
import type { LoadRecord } from '../../reference/load/record.ts';
import { measuredPoint } from '../../reference/validation/measured-point.ts';
import { statedWarmup } from '../../sim/experiments/warmup.ts';
import type { Options } from './options.ts';
import { openLines, writeResult } from './output.ts';
import { checkWhole } from './plan.ts';
import { showProgress } from './progress.ts';
import { worldOptions } from './real-options.ts';
import { report } from './report.ts';
import { withWorld } from './with-world.ts';

const BATCHES = 10;
const LEAST_IDLE_SHARE = 0.05;
/** Model time: a service without hanging transactions is in its steady state long before. */
const WARMUP_MS = 5000;

/** `mailsim load`: plays the scenario against the real service and measures what `run` simulates. */
export async function loadCommand(options: Options, version: string): Promise<void> {
  const { scenario, seed, rates, limit, format, out, plan } = options;
  const { measureMs } = scenario.run;
  const warmupMs = (plan?.head.warmup ?? statedWarmup(scenario))?.ms ?? WARMUP_MS;
  const ratePerSecond = rates[0]!;
  const workload = options.raw.workload ?? null;
  if (plan !== null) checkWhole(plan, workload!);
  const real = worldOptions(options);
  const interval = { ratePerSecond, stretch: real.stretch, warmupMs, measureMs };
  const { progress, end } = showProgress();
  progress({ planned: 1 });

  const play = { scenario, seed: `${seed}/0`, batches: BATCHES, workload, ...interval };
  const played = await withWorld(real, (world) => playLoad(world, play, (share) => progress({ share })));
  if (played === null) return;
  progress({ finished: 1, events: 0 });
  end();
  if (out !== null) writeRecords(played.records, out);
  const { summary, idleShare, readings } = played;
  const point = measuredPoint(scenario, interval, played);
  const eventLoopUtilisation = readings.at(-1)!.pods.map((last, i) => {
    const first = readings[0]!.pods[i]!;
    const active = last.loopActiveSeconds - first.loopActiveSeconds;
    return active / (active + last.loopIdleSeconds - first.loopIdleSeconds);
  });
  const how = {
    stretch: real.stretch,
    database: real.database,
    tls: real.tls,
    planned: summary.planned,
    dropped: summary.outcomes.dropped,
    latenessMs: summary.latenessMs,
    idleShare,
    void: idleShare < LEAST_IDLE_SHARE,
    eventLoopUtilisation,
  };
  const findings = {
    command: 'load',
    version,
    seed,
    scenario,
    limit,
    points: [point],
    knee: null,
    series: null,
    complete: true,
    real: how,
  } as const;
  writeResult(report(findings, format), null);
}

/** A line for what became of each request. */
function writeRecords(records: readonly LoadRecord[], file: string): void {
  const lines = openLines(file);
  for (const record of records) lines.write(JSON.stringify(record));
  lines.keep();
}
