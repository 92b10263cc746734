import type { Fault, Scenario } from '../../fixtures/schema.ts';
import { placesOf } from '../../sim/metrics/workers.ts';
import { duration, grouped } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { firstFitting, shortened, shortenedName, textWidth } from '../terminal/text.ts';
import { isOfDatabase, isOfIsp, isUnderWay } from './inside-faults.ts';
import { type Mark, marksOf } from './inside-marks.ts';
import { type InsideState, nowMs } from './inside-state.ts';
import { drawRule } from './rule.ts';

interface Row {
  readonly chosen: boolean;
  readonly name: string;
  readonly cells: Readonly<Record<Column, string>>;
  /** What is wrong with it, the longest wording first; empty if nothing is. */
  readonly trouble: readonly string[];
}

type Column = 'share' | 'busy' | 'late' | 'p50' | 'p99';
const HEADS: Readonly<Record<Column, string>> = { share: 'share', busy: 'busy', late: 'late', p50: 'p50', p99: 'p99 ms' };
/** The columns that there may be room for, the most first. */
const CHOICES: readonly (readonly Column[])[] = [
  ['share', 'busy', 'late', 'p50', 'p99'],
  ['busy', 'late', 'p50', 'p99'],
  ['busy', 'p50', 'p99'],
  ['busy', 'p99'],
];
const LEAST_NAME = 12; // columns that a name keeps: of a longer one there is only the beginning
const LEAST_STATE = 'OUTAGE +2'.length;
const FRAME_ROWS = 3; // rule, heads, the database
const DATABASE = 'database';
const ROOMY_WIDTH = 46; // columns from which the rule has room for both title and range

/** Rows that the table would like to have. */
export function ispRows({ scenario }: InsideState): number {
  return scenario.smtp.isps.length + FRAME_ROWS;
}

/** Draws, for each ISP, how many workers wait for it, how many of them beyond its p99, what its latest replies took, and its fault. */
export function drawIsps(canvas: Canvas, state: InsideState): void {
  const marks = marksOf(placesOf(state.scenario));
  const all = rowsOf(state, marks);
  const room = Math.max(1, canvas.height - FRAME_ROWS);
  const isps = all.slice(0, -1);
  const chosen = Math.max(
    0,
    isps.findIndex((row) => row.chosen),
  );
  const from = Math.max(0, Math.min(chosen - Math.floor(room / 2), isps.length - room));
  const rows = [...isps.slice(from, from + room), ...all.slice(-1)];
  const { columns, name, state: stateRoom } = fitting(state.scenario, marks, canvas.width);
  const put = (y: number, first: string, cells: Row['cells'], style: Style) => {
    canvas.put(1, y, shortenedName(first, name), style);
    let right = 1 + name;
    for (const { column, width } of columns) {
      right += 1 + width;
      canvas.put(right - textWidth(cells[column]), y, cells[column], style);
    }
    return right + 1;
  };
  const range = isps.length > room ? `${from + 1} to ${from + room} of ${isps.length}` : '';
  drawRule(canvas, 0, range === '' || canvas.width >= ROOMY_WIDTH ? 'SMTP by ISP, database' : 'SMTP by ISP', range);
  canvas.put(put(1, '', HEADS, 'faint'), 1, 'state', 'faint');
  for (const [i, { chosen, name, cells, trouble }] of rows.entries()) {
    const stateX = put(2 + i, name, cells, 'plain');
    if (chosen) canvas.put(0, 2 + i, '▸');
    if (trouble.length === 0) canvas.put(stateX, 2 + i, 'up');
    else canvas.put(stateX, 2 + i, firstFitting(trouble, stateRoom) ?? shortened(trouble.at(-1)!, stateRoom), 'bad');
  }
}

interface Fitting {
  readonly columns: readonly { readonly column: Column; readonly width: number }[];
  /** Columns for names and states. */
  readonly name: number;
  readonly state: number;
}

/** The columns that there is room for. They are the same whatever happens in the run, so that nothing moves; names and states take what is left. */
function fitting({ pods }: Scenario, marks: readonly Mark[], width: number): Fitting {
  const workers = grouped(pods.count * pods.workers).length;
  const widths = { share: 4, busy: workers, late: workers, p50: P50_COLUMNS, p99: P99_COLUMNS };
  const names = Math.max(DATABASE.length, ...marks.filter(isOfIsps).map((mark) => textWidth(nameWords(mark))));
  const choices = CHOICES.map((choice) => choice.map((column) => ({ column, width: Math.max(HEADS[column].length, widths[column]) })));
  const spare = (columns: Fitting['columns']) => width - 1 - columns.reduce((sum, each) => sum + 1 + each.width, 0) - 1 - LEAST_STATE;
  const columns = choices.find((choice) => spare(choice) >= Math.min(names, LEAST_NAME)) ?? choices.at(-1)!;
  const name = Math.max(1, Math.min(names, spare(columns)));
  return { columns, name, state: spare(columns) - name + LEAST_STATE };
}

const isOfIsps = ({ style }: Mark) => style.startsWith('isp');
const nameWords = ({ letter, name }: Mark) => `${letter} ${name}`;
const P50_COLUMNS = 5;
const P99_COLUMNS = 6;

/** A time, ms; in seconds if there is no room for the ms. */
function timeWords(ms: number, width: number): string {
  return firstFitting([grouped(ms)], width) ?? `${grouped(ms / 1000)} s`;
}

function rowsOf(state: InsideState, marks: readonly Mark[]): Row[] {
  const { scenario, shown, targets, target } = state;
  const places = placesOf(scenario);
  const late = shown === null ? new Int32Array(places.length) : shown.lateByPlace;
  const chosen = targets[target]!;
  const active = state.wish.faults.filter((fault) => isUnderWay(fault, nowMs(state)));
  const isps = scenario.smtp.isps.map(({ name, share }, i): Row => {
    const place = places.findIndex((place) => place.kind === 'isp' && place.name === name);
    const latency = shown?.isps[i] ?? null;
    const faults = active.filter((fault) => isOfIsp(fault, name));
    return {
      chosen: chosen.kind === 'isps' || (chosen.kind === 'isp' && chosen.isp === i),
      name: nameWords(marks[place]!),
      cells: {
        share: `${grouped(100 * share)}%`,
        busy: grouped(shown?.byPlace[place] ?? 0),
        late: late === null ? '' : grouped(late[place]!),
        p50: latency === null ? '–' : timeWords(latency.p50, P50_COLUMNS),
        p99: latency === null ? '–' : timeWords(latency.p99, P99_COLUMNS),
      },
      trouble: troubleOf(faults, nowMs(state)),
    };
  });
  const busy = places.reduce((sum, { kind }, i) => (kind === 'statement' ? sum + (shown?.byPlace[i] ?? 0) : sum), 0);
  const database: Row = {
    chosen: chosen.kind === 'database',
    name: DATABASE,
    cells: { share: '', busy: grouped(busy), late: '', p50: '', p99: '' },
    trouble: troubleOf(active.filter(isOfDatabase), nowMs(state)),
  };
  const waiting = shown?.byPlace[places.findIndex(({ kind }) => kind === 'connection')] ?? 0;
  if (waiting === 0 || database.trouble.length > 0) return [...isps, database];
  const few = `${grouped(waiting)} wait`;
  return [...isps, { ...database, trouble: [`${few} for a connection`, few] }];
}

/** The faults that hold, an outage first: beside it the others make no difference. */
function troubleOf(faults: readonly Fault[], now: number): string[] {
  const troubles = faults.map((fault) => {
    const left = duration(Math.ceil((fault.atMs + fault.forMs - now) / 100) * 100);
    const [word, figure] = stateWords(fault);
    return { word, words: `${word} ${figure}`.trimEnd(), left, isOutage: fault.kind === 'smtpOutage' || fault.kind === 'databaseDown' };
  });
  const [first, ...others] = troubles.toSorted((a, b) => Number(b.isOutage) - Number(a.isOutage));
  if (first === undefined) return [];
  const all = [first, ...others];
  const more = others.length === 0 ? '' : ` +${others.length}`;
  return [
    all.map(({ words, left }) => `${words} ${left}`).join(', '),
    all.map(({ words }) => words).join(', '),
    `${first.words}${more}`,
    `${first.word}${more}`,
  ];
}

function stateWords(fault: Fault): readonly [word: string, figure: string] {
  switch (fault.kind) {
    case 'smtpOutage':
      return ['OUTAGE', ''];
    case 'ispSlow':
    case 'databaseSlow':
      return ['SLOW', `${fault.factor}×`];
    case 'ispThrottle':
      return ['421', `${Number((100 * fault.share).toPrecision(3))}%`];
    case 'databaseStall':
      return ['STALLED', ''];
    case 'databaseDown':
    case 'podCrash':
      return ['DOWN', ''];
  }
}
