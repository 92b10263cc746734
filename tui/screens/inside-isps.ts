import type { Fault } from '../../fixtures/schema.ts';
import { placesOf } from '../../sim/metrics/workers.ts';
import { duration, grouped } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { textWidth } from '../terminal/text.ts';
import { isUnderWay } from './inside-faults.ts';
import { marksOf } from './inside-marks.ts';
import { type InsideState, nowMs } from './inside-state.ts';
import { drawRule } from './rule.ts';

interface Row {
  readonly chosen: boolean;
  readonly cells: readonly string[];
  /** What is wrong with it, long and short; '' where nothing is. */
  readonly trouble: readonly [string, string];
}

const HEADS = ['', 'share', 'busy', 'late', 'p50', 'p99 ms'];
const SHARE = 1; // the columns that go first
const LATE = 3;
const FRAME_ROWS = 3; // rule, heads, the database

/** Rows that the table would like to have. */
export function ispRows({ scenario }: InsideState): number {
  return scenario.smtp.isps.length + FRAME_ROWS;
}

/** Draws, for each ISP, how many workers wait for it, how many of them beyond its p99, what its latest replies took, and its fault. */
export function drawIsps(canvas: Canvas, state: InsideState): void {
  const all = rowsOf(state);
  const room = Math.max(1, canvas.height - FRAME_ROWS);
  const isps = all.slice(0, -1);
  const chosen = Math.max(
    0,
    isps.findIndex((row) => row.chosen),
  );
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), isps.length - room));
  const rows = [...isps.slice(from, from + room), ...all.slice(-1)];
  const { columns, short } = fitting(rows, canvas.width);
  const widths = widthsOf(rows);
  const draw = (y: number, cells: readonly string[], state: string, style: Style, stateStyle: Style, mark: string) => {
    canvas.put(0, y, mark);
    canvas.put(1, y, cells[0]!, style);
    let right = 1 + widths[0]!;
    for (const i of columns) {
      right += widths[i]!;
      canvas.put(right - textWidth(cells[i]!), y, cells[i]!, style);
    }
    canvas.put(right + 2, y, state, stateStyle);
  };
  drawRule(canvas, 0, 'SMTP by ISP, database', isps.length > room ? `${from + 1} to ${from + room} of ${isps.length}` : '');
  draw(1, HEADS, 'state', 'faint', 'faint', '');
  for (const [i, { chosen, cells, trouble }] of rows.entries()) {
    const words = trouble[short];
    draw(2 + i, cells, words === '' ? 'up' : words, 'plain', words === '' ? 'plain' : 'bad', chosen ? '▸' : '');
  }
}

function widthsOf(rows: readonly Row[]): number[] {
  return HEADS.map((head, i) => 1 + Math.max(textWidth(head), ...rows.map(({ cells }) => textWidth(cells[i]!))));
}

/** The columns that there is room for, and whether troubles are told in short. What matters least goes first. */
function fitting(rows: readonly Row[], width: number): { readonly columns: readonly number[]; readonly short: 0 | 1 } {
  const widths = widthsOf(rows);
  const all = [...HEADS.keys()].slice(1);
  const choices = [
    { columns: all, short: 0 },
    { columns: all.filter((i) => i !== SHARE), short: 0 },
    { columns: all.filter((i) => i !== SHARE), short: 1 },
    { columns: all.filter((i) => i !== SHARE && i !== LATE), short: 1 },
  ] as const;
  const needs = ({ columns, short }: (typeof choices)[number]) =>
    columns.reduce((sum, i) => sum + widths[i]!, 1 + widths[0]! + 2) + Math.max(5, ...rows.map(({ trouble }) => textWidth(trouble[short])));
  return choices.find((choice) => needs(choice) <= width) ?? choices[3];
}

function rowsOf(state: InsideState): Row[] {
  const { scenario, shown, targets, target } = state;
  const places = placesOf(scenario);
  const marks = marksOf(places);
  const late = shown === null ? new Int32Array(places.length) : shown.lateByPlace;
  const chosen = targets[target]!;
  const active = state.wish.faults.filter((fault) => isUnderWay(fault, nowMs(state)));
  const isps = scenario.smtp.isps.map(({ name, share }, i): Row => {
    const place = places.findIndex((place) => place.kind === 'isp' && place.name === name);
    const latency = shown?.isps[i] ?? null;
    const faults = active.filter((fault) => isOfIsp(fault) && (!('isp' in fault) || fault.isp === undefined || fault.isp === name));
    return {
      chosen: chosen.kind === 'isps' || (chosen.kind === 'isp' && chosen.isp === i),
      cells: [
        `${marks[place]!.letter} ${name}`,
        `${grouped(100 * share)}%`,
        grouped(shown?.byPlace[place] ?? 0),
        late === null ? '' : grouped(late[place]!),
        latency === null ? '–' : grouped(latency.p50),
        latency === null ? '–' : grouped(latency.p99),
      ],
      trouble: troubleOf(faults, nowMs(state)),
    };
  });
  const busy = places.reduce((sum, { kind }, i) => (kind === 'statement' ? sum + (shown?.byPlace[i] ?? 0) : sum), 0);
  const database: Row = {
    chosen: chosen.kind === 'database',
    cells: ['database', '', grouped(busy), '', '', ''],
    trouble: troubleOf(
      active.filter(({ kind }) => kind.startsWith('database')),
      nowMs(state),
    ),
  };
  const waiting = shown?.byPlace[places.findIndex(({ kind }) => kind === 'connection')] ?? 0;
  const words = waiting > 0 ? ([`${grouped(waiting)} wait for a connection`, `${grouped(waiting)} wait`] as const) : database.trouble;
  return [...isps, database.trouble[0] === '' ? { ...database, trouble: words } : database];
}

function troubleOf(faults: readonly Fault[], now: number): readonly [string, string] {
  const words = faults.map(stateWords);
  const left = faults.map(({ atMs, forMs }) => ` ${duration(Math.ceil((atMs + forMs - now) / 100) * 100)}`);
  return [words.map((word, i) => word + left[i]!).join(', '), words.join(', ')];
}

function isOfIsp({ kind }: Fault): boolean {
  return kind === 'smtpOutage' || kind === 'ispSlow' || kind === 'ispThrottle';
}

function stateWords(fault: Fault): string {
  switch (fault.kind) {
    case 'smtpOutage':
      return 'OUTAGE';
    case 'ispSlow':
    case 'databaseSlow':
      return `SLOW ${fault.factor}×`;
    case 'ispThrottle':
      return `421 ${Number((100 * fault.share).toPrecision(3))}%`;
    case 'databaseStall':
      return 'STALLED';
    case 'databaseDown':
    case 'podCrash':
      return 'DOWN';
  }
}
