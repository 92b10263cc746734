import { isTransient, warmupFloor } from '../../sim/experiments/warmup.ts';
import { writeWorkload } from '../../sim/workload/ndjson.ts';
import { drawWorkload } from '../../sim/workload/workload.ts';
import type { Options } from './options.ts';
import { openLines } from './output.ts';

/** `mailsim workload`: the requests of a run as NDJSON, from its start through warm-up and measurement interval. */
export function workloadCommand({ scenario, seed, rates, out }: Options): void {
  const { warmup, measureMs } = scenario.run;
  const warmupMs = isTransient(scenario) ? 0 : warmup === 'auto' ? warmupFloor(scenario) : warmup;
  const workload = drawWorkload(scenario);
  workload.restart(`${seed}/0`, rates[0]!);
  const lines = openLines(out ?? '/dev/stdout');
  for (const line of writeWorkload(scenario, workload, warmupMs + measureMs)) lines.write(line);
  lines.close();
}
