import { differences } from '../../fixtures/paths.ts';
import { grouped } from '../format.ts';
import { haveSameRuns } from '../screens/sweep-state.ts';
import { type Canvas, putRight } from '../terminal/canvas.ts';
import type { Style } from '../terminal/styles.ts';
import { firstFitting, shortenedName, textWidth, wrapText, wrapWords } from '../terminal/text.ts';
import type { AppState } from './app-state.ts';
import { type Candidate, candidates, chosen, marked, type Setting, settingOf } from './candidates.ts';
import type { EditState } from './edit-state.ts';
import { judgementOf } from './judgement.ts';
import { openPanel } from './panel.ts';
import { commandLine, faultWords, isFaulty, isSame, quoted } from './parameters.ts';
import { isOption } from './settables.ts';
import type { TypedLine } from './typed-line.ts';

const ROWS = 13;
const ROOMY_ROWS = 20;
const ROOMY_HEIGHT = 50;
const VERDICT_ROWS = 3;
const ABOUT_ROWS = 2;

/** Draws the prompt over the lower part of a canvas: what was typed, what it may become, what that is, and what would come of it. */
export function drawEdit(canvas: Canvas, { overlay, parameters, defaults, inside }: AppState): void {
  if (overlay?.kind !== 'edit') return;
  const { edit } = overlay;
  const rows = Math.min(canvas.height >= ROOMY_HEIGHT ? ROOMY_ROWS : ROWS, canvas.height - 3);
  const first = parameters.past[0] ?? parameters.present;
  const changed = differences(first.scenario, parameters.present.scenario).length; // finer rates and other seeds are no parameters
  const note = changed === 0 ? '' : `${grouped(changed)} changed`;
  const panel = openPanel(canvas, rows, edit.onlyRecent ? 'set a parameter that was set before' : 'set a parameter', note);
  panel.put(1, 0, '/', 'strong');
  drawLine(panel.part({ x: 2, y: 0, width: panel.width - 3, height: 1 }), edit);

  const begun = inside === null ? SWEEP_BEGUN : RUN_BEGUN;
  const verdict = verdictLines(edit, (raw) => commandLine(raw, defaults), begun, panel.width - 2).slice(0, panel.height - 4);
  const about = aboutLines(chosen(edit), panel.width - INDENT - 1);
  const foot = panel.height - (settingOf(edit) === null && verdict.length === 0 ? 0 : Math.max(VERDICT_ROWS, verdict.length));
  drawCandidates(panel.part({ x: 0, y: 1, width: panel.width, height: foot - ABOUT_ROWS - 1 }), edit);
  for (const [i, line] of about.entries()) panel.put(INDENT, foot - ABOUT_ROWS + i, line, 'faint');
  for (const [i, line] of verdict.entries()) panel.put(1, foot + i, line, line.startsWith('✗') ? 'bad' : 'plain');
}

/** Draws what was typed, or as much of it around the cursor as there is room for. */
function drawLine(canvas: Canvas, { text, cursor }: TypedLine): void {
  const room = canvas.width - 1; // and the cursor
  const after = Array.from(text.slice(cursor));
  const behind = room - Math.min(after.length, Math.floor(room / 3));
  const before = Array.from(text.slice(0, cursor)).slice(-behind);
  while (textWidth(before.join('')) > behind) before.shift(); // wide characters
  const x = textWidth(before.join(''));
  canvas.put(0, 0, before.join(''));
  canvas.put(x, 0, after[0] ?? '_', 'cursor');
  canvas.put(x + textWidth(after[0] ?? '_'), 0, after.slice(1, room).join(''));
}

const NOW_WIDTH = 14;
const GAP = 2;
const INDENT = 3;

function drawCandidates(canvas: Canvas, edit: EditState): void {
  const offered = candidates(edit);
  const alone = chosen(edit);
  const all = offered.length === 0 && alone !== undefined ? [alone] : offered;
  if (all.length === 0) {
    if (edit.onlyRecent) canvas.put(INDENT, 0, 'nothing of the kind was set before', 'faint');
    return;
  }
  const rows = canvas.height - 1;
  const from = Math.max(0, Math.min(marked(edit) - Math.floor(rows / 2), all.length - rows));
  const shown = all.slice(from, from + rows);
  const areValues = settingOf(edit) !== null && offered.length > 0;
  const { heads, second, cells } = areValues ? valueColumns(offered) : PATH_COLUMNS;
  const room = canvas.width - INDENT - second - 2 * GAP;
  const name = Math.min(room, Math.max(textWidth(heads[0]), ...shown.map(({ label }) => textWidth(label))));
  const starts = [INDENT, INDENT + name + GAP, INDENT + name + second + 2 * GAP];
  const lastRoom = canvas.width - starts[2]!;
  const put = (row: number, texts: Cells, style: Style) => {
    for (const [i, text] of texts.entries()) canvas.put(starts[i]!, row, i === 0 ? shortenedName(text, name) : text, style);
  };
  put(0, heads, 'strong');
  const position = `${marked(edit) + 1} of ${grouped(all.length)} `;
  const hasRoom = textWidth(heads[2]) + GAP + textWidth(position) <= lastRoom;
  if (all.length > rows && hasRoom) putRight(canvas, 0, position, 'faint');
  for (const [i, candidate] of shown.entries()) {
    const selected = from + i === marked(edit) && offered.length > 0;
    const style = selected ? 'selected' : 'plain';
    if (selected) canvas.put(1, 1 + i, '▶'.padEnd(canvas.width - 2), style);
    put(1 + i, cells(candidate, lastRoom), style);
  }
}

type Cells = readonly [string, string, string];

/** What is told of candidates, row by row. */
interface Columns {
  readonly heads: Cells;
  /** Columns of the second cell. */
  readonly second: number;
  /** The last one is what of it fits into so many columns. */
  cells(candidate: Candidate, lastRoom: number): Cells;
}

const PATH_COLUMNS: Columns = {
  heads: ['path', 'now', 'allowed'],
  second: NOW_WIDTH,
  cells(candidate, room) {
    const { label, allowed } = candidate;
    return [label, nowOf(candidate), firstFitting([allowed, short(allowed)], room) ?? ''];
  },
};

/** All values are of one path, so only what sets them apart is told: which is the present one, and what each says of itself. */
function valueColumns(offered: readonly Candidate[]): Columns {
  const haveOwn = new Set(offered.map(({ description }) => description)).size > 1;
  return {
    heads: ['value', '', haveOwn ? 'what it is' : ''],
    second: 'now'.length,
    cells: ({ label, isPresent, description }, room) => [label, isPresent ? 'now' : '', haveOwn ? beginningOf(description, room) : ''],
  };
}

/** A text, or as many of its first words as fit; all of it stands below when it is chosen. */
function beginningOf(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const [first] = wrapWords(text, width - 2) ?? [];
  return first === undefined ? '' : `${first} …`;
}

/** What the schema says of what is chosen, and what it allows, as far as there is room. */
function aboutLines(candidate: Candidate | undefined, width: number): string[] {
  if (candidate === undefined) return [];
  const { description, allowed } = candidate;
  const wordings = [`${description} Allowed: ${allowed}.`.trim(), description, `Allowed: ${allowed}.`];
  return wordings.map((wording) => wrapWords(wording, width)).find((lines) => lines !== null && lines.length <= ABOUT_ROWS) ?? [];
}

/** What is allowed in signs: 'a whole number from 1 to 100' is '1 to 100'. */
function short(allowed: string): string {
  return allowed
    .replaceAll(/an? (whole )?number from /g, '')
    .replaceAll(/an? (whole )?number of at least /g, '>= ')
    .replaceAll(/an? (whole )?number above /g, '> ')
    .replaceAll(', at most ', ', <= ')
    .replaceAll('"', '');
}

/** The value that a field has, where it is short enough to show; of a list how long it is. */
function nowOf({ now }: Pick<Candidate, 'now'>): string {
  if (textWidth(now) <= NOW_WIDTH) return now;
  if (now.startsWith('{')) return 'an object';
  if (!now.startsWith('[')) return 'a long text';
  const { length } = JSON.parse(now) as readonly unknown[];
  return `${length} ${length === 1 ? 'entry' : 'entries'}`;
}

const SWEEP_BEGUN = [
  '  Starts the sweep again; the present curve stays as dots, and u undoes it.',
  '  Starts the sweep again; u undoes it.',
];
const RATES_BEGUN = ['  Simulates what is not there yet; u undoes it.'];
const RUN_BEGUN = [
  '  The run begins again and goes to this instant; u in the sweep undoes it.',
  '  The run begins again and goes to this instant.',
];

/** What comes of Enter: what would change and what would begin again, or all that is wrong. */
function verdictLines(
  edit: EditState,
  command: (raw: EditState['options']['raw']) => string,
  begun: readonly string[],
  width: number,
): string[] {
  const judgement = judgementOf(edit);
  if (judgement === null) return [];
  const { settings, verdict } = judgement;
  if (isFaulty(verdict)) {
    const mark = (lines: readonly string[]) => lines.map((line, i) => (i === 0 ? `✗ ${line}` : `  ${line}`));
    return verdict.flatMap((fault) => mark(wrapText(faultWords(fault), width - 2)));
  }
  const [{ path, value }] = settings as readonly [Setting];
  const typed = settings.map((each) =>
    isOption(each.path) ? `${each.path} ${quoted(each.value)}` : `--set ${quoted(`${each.path}=${each.value}`)}`,
  );
  const several = settings.length > 1;
  if (isSame(edit.options, verdict)) {
    const wordings = several ? ['✓ all of it is so already'] : [`✓ ${path} is ${value} already`, `✓ ${path} is so already`];
    return [firstFitting(wordings, width) ?? '✓'];
  }
  const now = edit.paths.find((known) => known.path === path);
  const changes = several
    ? [`✓ ${typed.join(' ')}`, `✓ ${settings.length} changes`]
    : [...(now === undefined ? [] : [now.now, nowOf(now)]).map((before) => `✓ ${path}  ${before} → ${value}`), `✓ ${path}`];
  const isSameRuns = haveSameRuns({ scenario: edit.options.scenario, plan: edit.options }, { scenario: verdict.scenario, plan: verdict });
  return [
    firstFitting(changes, width) ?? '✓',
    firstFitting([`  same as  ${command(verdict.raw)}`, `  adds  ${typed.join(' ')}`], width) ?? '',
    firstFitting(isSameRuns ? RATES_BEGUN : begun, width) ?? '',
  ];
}
