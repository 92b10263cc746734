import type { Fault } from '../../fixtures/schema.ts';
import { placesOf } from '../../sim/metrics/workers.ts';
import { duration, grouped } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { shortened, textWidth } from '../terminal/text.ts';
import { isUnderWay } from './inside-faults.ts';
import { marksOf } from './inside-marks.ts';
import { type InsideState, nowMs } from './inside-state.ts';
import { drawRule } from './rule.ts';

interface Row {
  readonly chosen: boolean;
  readonly cells: readonly string[];
  /** What is wrong with it, in three lengths; '' where nothing is. */
  readonly trouble: Trouble;
}

type Trouble = readonly [long: string, short: string, shortest: string];

const HEADS = ['', 'share', 'busy', 'late', 'p50', 'p99 ms'];
const SHARE = 1; // the columns that go first
const LATE = 3;
const P50 = 4;
const LEAST_NAME = 12; // columns that a name keeps: of a longer one there is only the beginning
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
  const { columns, short, widths } = fitting(rows, canvas.width);
  const draw = (y: number, cells: readonly string[], state: string, style: Style, stateStyle: Style, mark: string) => {
    canvas.put(0, y, mark);
    canvas.put(1, y, shortened(cells[0]!, widths[0]! - 1), style);
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

interface Fitting {
  readonly columns: readonly number[];
  /** In which of the three lengths troubles are told. */
  readonly short: 0 | 1 | 2;
  readonly widths: readonly number[];
}

/** The columns that there is room for. What matters least goes first; names and troubles get shorter, figures do not. */
function fitting(rows: readonly Row[], width: number): Fitting {
  const [name, ...figures] = widthsOf(rows);
  const without = (...left: readonly number[]) => [...HEADS.keys()].slice(1).filter((i) => !left.includes(i));
  const choices = [
    { columns: without(), short: 0 },
    { columns: without(SHARE), short: 0 },
    { columns: without(SHARE), short: 1 },
    { columns: without(SHARE, LATE), short: 1 },
    { columns: without(SHARE, LATE), short: 2 },
    { columns: without(SHARE, LATE, P50), short: 2 },
  ] as const;
  const roomForName = ({ columns, short }: (typeof choices)[number]) => {
    const state = Math.max('state'.length, ...rows.map(({ trouble }) => textWidth(trouble[short])));
    return width - 1 - columns.reduce((sum, i) => sum + figures[i - 1]!, 0) - 2 - state;
  };
  const whole = choices.find((choice) => roomForName(choice) >= name!);
  const choice = whole ?? choices.find((choice) => roomForName(choice) >= LEAST_NAME) ?? choices[5];
  return { ...choice, widths: [Math.min(name!, Math.max(LEAST_NAME, roomForName(choice))), ...figures] };
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
  if (waiting === 0 || database.trouble[0] !== '') return [...isps, database];
  const few = `${grouped(waiting)} wait`;
  return [...isps, { ...database, trouble: [`${few} for a connection`, few, few] }];
}

/** The faults that hold, an outage first: beside it the others make no difference. */
function troubleOf(faults: readonly Fault[], now: number): Trouble {
  const words = faults.map((fault) => {
    const left = duration(Math.ceil((fault.atMs + fault.forMs - now) / 100) * 100);
    return { word: stateWords(fault), left, isOutage: fault.kind === 'smtpOutage' || fault.kind === 'databaseDown' };
  });
  const [first, ...others] = words.toSorted((a, b) => Number(b.isOutage) - Number(a.isOutage));
  if (first === undefined) return ['', '', ''];
  const all = [first, ...others];
  return [
    all.map(({ word, left }) => `${word} ${left}`).join(', '),
    all.map(({ word }) => word).join(', '),
    others.length === 0 ? first.word : `${first.word} +${others.length}`,
  ];
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
