import { counted, duration, grouped } from '../format.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import { firstFitting, shortened, shortenedName, textWidth } from '../terminal/text.ts';
import { LONGEST_NAME, seconds, type Target } from './inside-faults.ts';
import { type InsideState, nowMs, SPEEDS } from './inside-state.ts';
import { rateText } from './rate.ts';

/** Draws which run it is and where, in one row: whatever the run does, nothing in it moves. */
export function drawInsideHead(canvas: Canvas, state: InsideState): void {
  const { version, scenario, ratePerSecond, seed } = state;
  const { name, pods, balancer } = scenario;
  const rate = rateText(ratePerSecond);
  const whats = [
    `mailsim ${version}  inside  ${name} · ${counted(pods.count, 'pod')} × ${counted(pods.workers, 'worker')} · ${balancer.policy} · ${rate} requests/s · seed ${seed}`,
    `mailsim  inside  ${name} ${pods.count}×${pods.workers} ${balancer.policy}  ${rate}/s  seed ${seed}`,
    `inside  ${name} ${pods.count}×${pods.workers} ${balancer.policy}  ${rate}/s  seed ${seed}`,
    `inside  ${name} ${pods.count}×${pods.workers}  ${rate}/s  seed ${seed}`,
    `inside ${name} ${rate}/s`,
    `inside ${shortenedName(name, LONGEST_NAME)} ${pods.count}×${pods.workers}  ${rate}/s  seed ${seed}`,
    `inside ${shortenedName(name, LONGEST_NAME)} ${rate}/s`,
    `inside ${shortenedName(name, LONGEST_NAME / 2)} ${rate}/s`,
    `${rate}/s`,
  ];
  const where = whereWords(state);
  const columns = Math.max(`playing 0.1×  t ${seconds(timelineEndMs(state))} s`.length, textWidth(where));
  const room = canvas.width - columns - 4;
  canvas.put(1, 0, shortened(firstFitting(whats, room) ?? whats.at(-1)!, room), 'strong');
  canvas.put(canvas.width - columns - 1, 0, where);
}

function whereWords(state: InsideState): string {
  const { playing, speed, reachedMs, wish, shown } = state;
  if (shown === null) return 'starting';
  if (reachedMs !== null) return `again: ${grouped(reachedMs / 1000)} of ${grouped(wish.atMs / 1000)} s`;
  const factor = SPEEDS[speed]!;
  const pace = factor === Number.POSITIVE_INFINITY ? 'full' : `${factor}×`;
  const at = playing ? grouped(nowMs(state) / 1000, 1) : seconds(nowMs(state));
  return `${playing ? 'playing' : 'paused '} ${pace.padEnd(4)}  t ${at} s`;
}

/** Draws the run as a line: how far it is, where faults begin and where it will end. */
export function drawTimeline(canvas: Canvas, state: InsideState): void {
  const endMs = timelineEndMs(state);
  const end = `┤ ${duration(endMs)} `;
  const start = ' 0 s ├';
  const columns = canvas.width - textWidth(start) - textWidth(end);
  if (columns < 2) return;
  const columnOf = (ms: number) => textWidth(start) + Math.min(columns - 1, Math.round((ms / endMs) * (columns - 1)));
  const now = columnOf(nowMs(state));
  canvas.put(0, 0, start, 'faint');
  putRight(canvas, 0, end, 'faint');
  canvas.put(textWidth(start), 0, '─'.repeat(columns));
  canvas.put(now, 0, '┄'.repeat(textWidth(start) + columns - now), 'faint');
  for (const { atMs, forMs } of state.wish.faults) {
    const [from, to] = [columnOf(atMs), columnOf(Math.min(endMs, atMs + forMs))];
    canvas.put(from, 0, '━'.repeat(to - from + 1), 'bad');
    canvas.put(from, 0, '▼', 'bad');
  }
  canvas.put(now, 0, '●', 'strong');
}

/** The measurement interval; where the run is beyond it, doubled until it is not. */
function timelineEndMs(state: InsideState): number {
  const { measureMs } = state.scenario.run;
  return measureMs * 2 ** Math.max(0, Math.ceil(Math.log2(nowMs(state) / measureMs)));
}

/** Draws what can be done now. */
export function drawStrikes(canvas: Canvas, { scenario, targets, target }: InsideState): void {
  const margin = canvas.width < 80 ? 0 : 1;
  const chosen = targets[target]!;
  const whole = targetName(chosen, scenario.smtp.isps);
  const name = shortenedName(whole, LONGEST_NAME);
  const keys = { isps: MAIL, isp: MAIL, database: ['o down', 's slow', 'd stall'], pod: ['x crash'] }[chosen.kind];
  const stall = chosen.kind === 'database' ? [] : ['d stall database'];
  const long = [...keys, ...stall].join('  ');
  const wordings = [
    `inject now, on ▸${name} (Tab, ↑↓ choose another): ${long}`,
    `on ▸${name} (Tab, ↑↓): ${long}`,
    `on ▸${name}: ${long}`,
    `on ▸${name}: ${keys.join('  ')}  d stall`,
    `▸${shortenedName(whole, LONGEST_NAME / 2)}: ${keys.join('  ')}`,
    keys.join('  '),
  ];
  canvas.put(margin, 0, firstFitting(wordings, canvas.width - margin) ?? '');
}

const MAIL = ['o outage', 's slow', 't throttle'];

function targetName(target: Target, isps: readonly { readonly name: string }[]): string {
  switch (target.kind) {
    case 'isps':
      return 'all ISPs';
    case 'isp':
      return isps[target.isp]!.name;
    case 'database':
      return 'database';
    case 'pod':
      return `pod ${target.pod + 1}`;
  }
}
