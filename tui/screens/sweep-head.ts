import { grouped } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { textWidth } from '../terminal/text.ts';
import { leftMs, type SweepState } from './sweep-state.ts';

/** Draws what runs, and how far it is, in one row. */
export function drawHead(canvas: Canvas, state: SweepState): void {
  const wordings = what(state).map((left, i) => [left, progress(state)[i]!] as const);
  const fits = ([left, right]: readonly [string, string]) => textWidth(left) + textWidth(right) + 2 <= canvas.width;
  const [left, right] = wordings.find(fits) ?? wordings.at(-1)!;
  // A long name gives way to the progress.
  canvas.part({ x: 0, y: 0, width: Math.max(0, canvas.width - textWidth(right) - 2), height: 1 }).put(0, 0, left, 'strong');
  putRight(canvas, 0, `${right} `);
}

/** What runs: wordings, the longest first. */
function what({ version, scenario: { name, pods, balancer, database }, plan: { seed } }: SweepState): string[] {
  const words = `${name} · ${grouped(pods.count)} pods × ${grouped(pods.workers)} workers · ${balancer.policy}`;
  const signs = `${name} ${pods.count}×${pods.workers} ${balancer.policy} seed ${seed}`;
  return [
    ` mailsim ${version}   sweep   ${words} · ${grouped(database.connections)} database connections · seed ${seed}`,
    ` mailsim ${version}  ${words} · seed ${seed}`,
    ` mailsim  ${signs}`,
    ` ${signs}`,
    ` ${name}`,
  ];
}

/** How far it is: as many wordings. */
function progress(state: SweepState): string[] {
  const { runs, events, elapsedMs, outcome, points } = state;
  const speed = elapsedMs === 0 ? '' : `  ${grouped(events / elapsedMs / 1000, 1)}M events/s`;
  if (outcome !== null) {
    const took = `${grouped(elapsedMs / 1000, 1)} s`;
    const done = `${grouped(runs.finished)} runs`;
    return [`${done}${speed}  ${took}`, `${done}${speed}  ${took}`, `${done}${speed}  ${took}`, `${done}  ${took}`, took];
  }
  const count = `${grouped(runs.finished)}/${grouped(runs.planned)}`;
  const stage = points.includes(null) ? timeLeft(leftMs(state)) : '  finding the knee';
  return [
    `${bar(state, 20)} ${count} runs${speed}${stage}`,
    `${bar(state, 8)} ${count} runs${speed}${stage}`,
    `${count} runs${speed}${stage}`,
    `${count} runs${stage}`,
    count,
  ];
}

function timeLeft(ms: number | null): string {
  if (ms === null) return '';
  return ms < 120_000 ? `  ${grouped(Math.ceil(ms / 1000))} s left` : `  ${grouped(Math.ceil(ms / 60_000))} min left`;
}

function bar({ runs }: SweepState, width: number): string {
  const done = runs.planned === 0 ? 0 : Math.floor((width * runs.finished) / runs.planned);
  return '█'.repeat(done) + '░'.repeat(width - done);
}
