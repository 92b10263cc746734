import { drawInside } from '../screens/draw-inside.ts';
import { drawSweep } from '../screens/draw-sweep.ts';
import { INSIDE_KEYS } from '../screens/inside-keys.ts';
import { drawNotice } from '../screens/notice.ts';
import { SWEEP_KEYS } from '../screens/sweep-keys.ts';
import { type Canvas, createGrid, type Line, putRight } from '../terminal/canvas.ts';
import { firstFitting, textWidth } from '../terminal/text.ts';
import { type AppState, REALLY, type ScreenName } from './app-state.ts';
import { type Binding, fittingHints, without } from './bindings.ts';
import { drawEdit } from './draw-edit.ts';
import { drawExport } from './draw-export.ts';
import { drawHelp } from './draw-help.ts';
import { EDIT_KEYS } from './edit-state.ts';
import { EXPORT_KEYS } from './export-state.ts';
import { HELP_KEYS } from './help-state.ts';
import { ALWAYS, EVERYWHERE, SET } from './shell-keys.ts';

/** The least that every screen can be drawn in, cells. */
export const SMALLEST = { width: 60, height: 16 } as const;

/** The whole window as `height` lines, each exactly `width` cells wide, for any size. */
export function drawApp(state: AppState, width: number, height: number): Line[] {
  const grid = createGrid(width, height);
  if (width < SMALLEST.width || height < SMALLEST.height) {
    drawTooSmall(grid, state);
    return grid.lines();
  }
  const body = grid.part({ x: 0, y: 0, width, height: height - 1 });
  if (state.inside === null) drawSweep(body, state.sweep);
  else drawInside(body, state.inside);
  switch (state.overlay?.kind) {
    case 'help':
      drawHelp(body, state.overlay.help);
      break;
    case 'edit':
      drawEdit(body, state);
      break;
    case 'export':
      drawExport(body, state);
      break;
  }
  // Over what limits the service, which can be read again with the next key.
  if (state.message !== null)
    drawNotice(grid.part({ x: 0, y: 0, width, height: height - (state.inside === null ? 1 : 2) }), state.message, 'strong');
  drawFooter(grid, state);
  return grid.lines();
}

function drawTooSmall(canvas: Canvas, { message }: AppState): void {
  const asked = [REALLY, 'q again quits', 'q'];
  const wordings = [
    `This window is ${canvas.width}×${canvas.height}; mailsim needs ${SMALLEST.width}×${SMALLEST.height}. q quits.`,
    `needs ${SMALLEST.width}×${SMALLEST.height}, q quits`,
    'q quits',
    'q',
  ];
  canvas.put(0, 0, firstFitting(message === REALLY ? asked : wordings, canvas.width) ?? '');
}

/** Draws the last row: the keys. */
function drawFooter(canvas: Canvas, { overlay, inside }: AppState): void {
  const row = canvas.height - 1;
  const [left, right] = footerKeys(overlay?.kind ?? (inside === null ? 'sweep' : 'inside'));
  const end = `${right.map(({ hint }) => hint).join('  ')} `;
  const hints = left.map(({ hint }) => hint);
  canvas.put(1, row, fittingHints(hints, canvas.width - textWidth(end) - 3));
  putRight(canvas, row, end);
}

/** The keys that are of use now: those that are shown as far as there is room, and those that always are. */
function footerKeys(shown: 'help' | 'edit' | 'export' | ScreenName): [readonly Binding<unknown>[], readonly Binding<unknown>[]] {
  const lastApart = (bindings: readonly Binding<unknown>[]): [readonly Binding<unknown>[], readonly Binding<unknown>[]] => [
    bindings.slice(0, -1),
    bindings.slice(-1),
  ];
  switch (shown) {
    case 'help':
      return lastApart(HELP_KEYS);
    case 'edit':
      return lastApart(EDIT_KEYS);
    case 'export':
      return lastApart(EXPORT_KEYS);
    case 'sweep':
      return [[...EVERYWHERE, ...SWEEP_KEYS], ALWAYS];
    case 'inside':
      return [[SET, ...INSIDE_KEYS, ...without(EVERYWHERE, [SET, ...INSIDE_KEYS])], ALWAYS];
  }
}
