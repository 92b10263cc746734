import type { Rectangle } from '../terminal/canvas.ts';

/** Where everything stands on the inside screen; what is null has no room. */
export interface InsideLayout {
  readonly head: Rectangle;
  readonly timeline: Rectangle;
  /** The pods, a ruler above them and what the letters mean below. */
  readonly pods: Rectangle;
  /** How many workers wait for what, beside the pods. */
  readonly places: Rectangle | null;
  readonly series: Rectangle;
  readonly isps: Rectangle | null;
  readonly log: Rectangle | null;
  readonly sentence: Rectangle;
  readonly strikes: Rectangle;
}

/** Rows of the pods' rectangle that are not pods. */
export const PODS_FRAME_ROWS = 2;
const HEAD_ROWS = 2;
const LEAST_SERIES_ROWS = 4; // with the rule above them
const TABLES_HEIGHT = 22; // rows from which there is room for tables,
const LEAST_TABLE_ROWS = 7;
const ROOMY_HEIGHT = 36; // and for a second line of words
const ROOMY_WIDTH = 160; // columns from which the tables stand beside the series
const LEAST_PLACES = 30; // columns
const ISP_COLUMNS = 46; // of its table, with all but the shares
const GAP = 2;

/**
 * The layout for so many cells; they are at least 60×15.
 *
 * @param pods how many there are
 * @param rowsEach rows in which a pod shows each of its workers
 * @param podColumns columns that a pod's row takes
 * @param ispRows rows that the table of ISPs would like to have
 */
export function layoutInside(
  width: number,
  height: number,
  { pods, rowsEach, podColumns, ispRows }: Readonly<Record<'pods' | 'rowsEach' | 'podColumns' | 'ispRows', number>>,
): InsideLayout {
  const rows = (y: number, height: number): Rectangle => ({ x: 0, y, width, height });
  const sentenceRows = height >= ROOMY_HEIGHT ? 3 : 1;
  const strikes = rows(height - 1, 1);
  const sentence = rows(strikes.y - sentenceRows, sentenceRows);
  const tables = height >= TABLES_HEIGHT;
  const room = sentence.y - HEAD_ROWS;
  const spare = room - PODS_FRAME_ROWS - LEAST_SERIES_ROWS - (tables ? LEAST_TABLE_ROWS : 0);
  const podRows = pods * rowsEach <= spare ? pods * rowsEach : Math.max(1, Math.min(pods, spare));
  const podsArea = rows(HEAD_ROWS, PODS_FRAME_ROWS + podRows);
  const rest = rows(podsArea.y + podsArea.height, sentence.y - podsArea.y - podsArea.height);
  const placesX = podColumns + GAP;
  const places = width - placesX < LEAST_PLACES ? null : { ...podsArea, x: placesX, width: width - placesX, height: podsArea.height - 1 };
  const fixed = { head: rows(0, 1), timeline: rows(1, 1), pods: podsArea, places, sentence, strikes };
  if (!tables) return { ...fixed, series: rest, isps: null, log: null };
  if (width >= ROOMY_WIDTH) {
    const [series, right] = halves(rest);
    const [isps, log] = split(right, Math.min(ispRows, Math.floor(right.height / 2)));
    return { ...fixed, series, isps, log };
  }
  const [series, below] = split(rest, Math.max(LEAST_SERIES_ROWS, Math.floor(rest.height * 0.45)));
  const [isps, log] = halves(below);
  return { ...fixed, series, isps, log };
}

/** So many rows, and those below. */
function split(area: Rectangle, rows: number): [Rectangle, Rectangle] {
  return [
    { ...area, height: rows },
    { ...area, y: area.y + rows, height: area.height - rows },
  ];
}

function halves({ x, y, width, height }: Rectangle): [Rectangle, Rectangle] {
  const left = Math.max(Math.floor((width - GAP) * 0.54), Math.min(ISP_COLUMNS, Math.floor((width - GAP) * 0.6)));
  return [
    { x, y, width: left, height },
    { x: x + left + GAP, y, width: width - left - GAP, height },
  ];
}
