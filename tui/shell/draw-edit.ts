import type { Canvas } from '../terminal/canvas.ts';
import { firstFitting, textWidth, wrapWords } from '../terminal/text.ts';
import type { AppState } from './app-state.ts';
import { candidates, type EditState, settingOf, verdictOf } from './edit-state.ts';
import { openPanel } from './panel.ts';
import { commandLine, isFaulty } from './parameters.ts';

const ROWS = 13;
const VERDICT_ROWS = 3;

/** Draws the prompt over the lower part of a canvas: what was typed, what it may become, and what is wrong with it. */
export function drawEdit(canvas: Canvas, { overlay, parameters, defaults }: AppState): void {
  if (overlay?.kind !== 'edit') return;
  const { edit } = overlay;
  const changes = parameters.past.length;
  const panel = openPanel(canvas, Math.min(ROWS, canvas.height - 3), 'set a parameter', `${changes} changed`);
  panel.put(1, 0, '/', 'strong');
  const room = panel.width - 4;
  const shown = textWidth(edit.text) <= room ? edit.text : Array.from(edit.text).slice(-room).join('');
  panel.put(2, 0, shown);
  panel.put(2 + textWidth(shown), 0, '_', 'selected');

  const verdict = verdictLines(edit, commandLine(parameters.present.raw, defaults), panel.width - 2);
  const verdictRows = Math.min(panel.height - 3, Math.max(VERDICT_ROWS, verdict.length));
  drawCandidates(panel.part({ x: 0, y: 1, width: panel.width, height: panel.height - 1 - verdictRows }), edit);
  for (const [i, line] of verdict.slice(0, verdictRows).entries()) {
    panel.put(1, panel.height - verdictRows + i, line, line.startsWith('✗') ? 'bad' : 'plain');
  }
}

const COLUMNS = { path: 36, now: 12, allowed: 24 };

function drawCandidates(canvas: Canvas, edit: EditState): void {
  const all = candidates(edit);
  const rows = canvas.height - 1;
  if (rows < 1) return;
  const values = settingOf(edit.text) !== null;
  const from = Math.max(0, Math.min(edit.choice - Math.floor(rows / 2), all.length - rows));
  const longest = Math.max(4, ...all.slice(from, from + rows).map(({ path, text }) => textWidth(values ? text : path)));
  const pathWidth = Math.min(COLUMNS.path, longest);
  const spare = canvas.width - 3 - pathWidth - COLUMNS.now - 4;
  const allowedWidth = Math.max(0, Math.min(spare, canvas.width >= 120 ? 48 : 34));
  const columns: readonly (readonly [number, number])[] = [
    [3, pathWidth],
    [3 + pathWidth + 2, COLUMNS.now],
    [3 + pathWidth + COLUMNS.now + 4, allowedWidth],
    [3 + pathWidth + COLUMNS.now + 4 + allowedWidth + 2, canvas.width],
  ];
  const put = (row: number, cells: readonly string[], style: 'plain' | 'strong' | 'selected') => {
    for (const [i, cell] of cells.entries()) {
      const [x, width] = columns[i]!;
      if (x + 6 > canvas.width || width < 6) continue;
      canvas.part({ x, y: row, width: Math.min(width, canvas.width - x), height: 1 }).put(0, 0, cell, style);
    }
  };
  const head = [values ? 'value' : 'path', 'now', 'allowed', 'what it is'];
  put(0, all.length === 0 ? [settingOf(edit.text) === null ? 'no such path' : ''] : head, 'strong');
  for (const [i, { path, text, now, allowed, description }] of all.slice(from, from + rows).entries()) {
    const selected = from + i === edit.choice;
    const style = selected ? 'selected' : 'plain';
    if (selected) canvas.put(1, 1 + i, `▶ ${' '.repeat(canvas.width - 4)}`, style);
    put(1 + i, [values ? text : path, now, allowed, description], style);
  }
}

/** What comes of what was typed: what would change, or all that is wrong. */
function verdictLines(edit: EditState, present: string, width: number): string[] {
  const verdict = verdictOf(edit);
  const same = [`same as  ${present}`, present];
  if (verdict === null) return [firstFitting(same, width) ?? ''];
  if (isFaulty(verdict)) {
    return verdict.flatMap(
      ({ path, found, allowed }) => wrapWords(`✗ ${path}: found ${found}, allowed: ${allowed}`, width) ?? [`✗ ${path}`],
    );
  }
  const setting = settingOf(edit.text)!;
  const before = edit.paths.find(({ path }) => path === setting.path);
  const command = commandLine(verdict.raw, {});
  return [
    before === undefined ? `✓ ${setting.path} = ${setting.value}` : `✓ ${setting.path}  ${before.now} → ${setting.value}`,
    firstFitting([`same as  ${command}`, `--set ${setting.path}=${setting.value}`], width) ?? '',
    'Enter starts the sweep again; the present curve stays as dots.',
  ];
}
