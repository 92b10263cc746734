import { likelyRuns } from '../../sim/experiments/sweep.ts';
import { counted, grouped, wallTime } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { shortened, textWidth } from '../terminal/text.ts';
import type { SweepState } from './sweep-state.ts';

/** Columns of what is told of the progress, each with its gap: whatever is told in them, nothing else moves. */
const CELLS = { bar: 18, counts: 18, speed: 16, time: 13 } as const;
type Cell = keyof typeof CELLS;

/** Draws what runs, and how far it is, in one row. */
export function drawHead(canvas: Canvas, state: SweepState): void {
  const all = wordings(state);
  const roomOf = (cells: readonly Cell[]) => canvas.width - 2 - cells.reduce((sum, cell) => sum + CELLS[cell], 0);
  const [what, cells] = all.find(([what, cells]) => textWidth(what) <= roomOf(cells)) ?? all.at(-1)!;
  canvas.put(1, 0, shortened(what, roomOf(cells)), 'strong');
  const progress = progressOf(state);
  let right = canvas.width - 1;
  for (const cell of cells.toReversed()) {
    putRight(canvas.part({ x: 0, y: 0, width: right, height: 1 }), 0, progress[cell]);
    right -= CELLS[cell];
  }
}

/** What runs, and which cells stand beside it, the longest wording first. Which one fits does not depend on the progress. */
function wordings({ version, scenario, plan }: SweepState): (readonly [string, readonly Cell[]])[] {
  const { name, pods, balancer, database } = scenario;
  const words = `${name} · ${counted(pods.count, 'pod')} × ${counted(pods.workers, 'worker')} · ${balancer.policy}`;
  const signs = `${name} ${pods.count}×${pods.workers} ${balancer.policy} seed ${plan.seed}`;
  return [
    [
      `mailsim ${version}   sweep   ${words} · ${counted(database.connections, 'database connection')} · seed ${plan.seed}`,
      ['bar', 'counts', 'speed', 'time'],
    ],
    [`mailsim ${version}  ${words} · seed ${plan.seed}`, ['counts', 'speed', 'time']],
    [`mailsim  ${signs}`, ['counts', 'speed', 'time']],
    [signs, ['counts', 'speed', 'time']],
    [`mailsim  ${signs}`, ['counts', 'time']],
    [signs, ['counts', 'time']],
    [`${name} ${pods.count}×${pods.workers} seed ${plan.seed}`, ['counts', 'time']],
    [name, ['counts', 'time']],
  ];
}

function progressOf(state: SweepState): Readonly<Record<Cell, string>> {
  const { runs, events, elapsedMs, outcome } = state;
  const share = Math.min(1, runs.finished / likelyRuns(state.plan, runs.planned));
  const bar = CELLS.bar - 2;
  return {
    bar: outcome === null ? '█'.repeat(Math.floor(bar * share)).padEnd(bar, '░') : '',
    counts: outcome === null ? `${grouped(runs.finished)}/${counted(runs.planned, 'run')}` : counted(runs.finished, 'run'),
    speed: elapsedMs === 0 ? '' : `${speedText((1000 * events) / elapsedMs)} events/s`,
    time: timeWords(state, share),
  };
}

const LEAST_IN_MILLIONS = 100_000; // of events a second: fewer would be a bare 0.0M

function speedText(perSecond: number): string {
  if (perSecond >= LEAST_IN_MILLIONS) return `${grouped(perSecond / 1e6, 1)}M`;
  return perSecond >= 1000 ? `${grouped(perSecond / 1000)}k` : grouped(perSecond);
}

function timeWords({ elapsedMs, outcome, settled, paused }: SweepState, share: number): string {
  if (outcome !== null) return wallTime(elapsedMs);
  if (paused) return 'paused';
  if (!settled.includes(false)) return 'knee left';
  return share === 0 ? '' : timeLeft((elapsedMs * (1 - share)) / share);
}

const MOST_SECONDS = 120;
const MOST_MINUTES = 100;

function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const minutes = Math.ceil(ms / 60_000);
  if (seconds < MOST_SECONDS) return `${seconds} s left`;
  return minutes < MOST_MINUTES ? `${minutes} min left` : `${grouped(Math.ceil(ms / 3_600_000))} h left`;
}
