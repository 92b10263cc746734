import { likelyRuns } from '../../sim/experiments/sweep.ts';
import { counted, duration, grouped } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { textWidth } from '../terminal/text.ts';
import type { SweepState } from './sweep-state.ts';

/** Draws what runs, and how far it is, in one row. */
export function drawHead(canvas: Canvas, state: SweepState): void {
  const all = wordings(state);
  const [what, progress] = all.find(([what, progress]) => textWidth(what) + textWidth(progress) + 4 <= canvas.width) ?? all.at(-1)!;
  // A long name gives way to the progress.
  canvas.part({ x: 1, y: 0, width: Math.max(0, canvas.width - textWidth(progress) - 4), height: 1 }).put(0, 0, what, 'strong');
  putRight(canvas, 0, `${progress} `);
}

/** What runs and how far it is, the longest wording first. */
function wordings(state: SweepState): (readonly [string, string])[] {
  const { version, scenario, plan } = state;
  const { name, pods, balancer, database } = scenario;
  const words = `${name} · ${counted(pods.count, 'pod')} × ${counted(pods.workers, 'worker')} · ${balancer.policy}`;
  const signs = `${name} ${pods.count}×${pods.workers} ${balancer.policy} seed ${plan.seed}`;
  const { counts, speed, time, bar } = progress(state);
  return [
    [
      `mailsim ${version}   sweep   ${words} · ${counted(database.connections, 'database connection')} · seed ${plan.seed}`,
      `${bar(16)}${counts}${speed}${time}`,
    ],
    [`mailsim ${version}  ${words} · seed ${plan.seed}`, `${bar(8)}${counts}${speed}${time}`],
    [`mailsim  ${signs}`, `${counts}${speed}${time}`],
    [signs, `${counts}${time}`],
    [name, counts],
  ];
}

/** The parts of what is told of the progress. */
function progress(state: SweepState) {
  const { runs, events, elapsedMs, outcome, settled, paused } = state;
  const speed = elapsedMs === 0 ? '' : `  ${grouped(events / elapsedMs / 1000, 1)}M events/s`;
  const noBar = () => '';
  if (outcome !== null) return { counts: counted(runs.finished, 'run'), speed, time: `  ${grouped(elapsedMs / 1000, 1)} s`, bar: noBar };
  const counts = `${grouped(runs.finished)}/${counted(runs.planned, 'run')}`;
  if (paused) return { counts, speed: '', time: '  paused', bar: noBar };
  if (!settled.includes(false)) return { counts, speed, time: '  finding the knee', bar: noBar };
  const share = runs.finished / likelyRuns(state.plan, runs.planned);
  const bar = (width: number) => `${'█'.repeat(Math.floor(width * share)).padEnd(width, '░')} `;
  return { counts, speed, time: share === 0 ? '' : `  ${timeLeft((elapsedMs * (1 - share)) / share)}`, bar };
}

function timeLeft(ms: number): string {
  return `${duration(1000 * Math.ceil(ms / 1000))} left`;
}
