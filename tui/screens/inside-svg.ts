import { placesOf } from '../../sim/metrics/workers.ts';
import { linearScale } from '../charts/scale.ts';
import { roundTicks } from '../charts/ticks.ts';
import { counted, grouped } from '../format.ts';
import type { Style } from '../terminal/styles.ts';
import { isPodDown, seconds } from './inside-faults.ts';
import { DOWN, marksOf, markWords } from './inside-marks.ts';
import { mostOf, type Series, seriesOf, topOf, topText } from './inside-series.ts';
import { type InsideState, nowMs } from './inside-state.ts';
import { sentences } from './inside-words.ts';
import { rateText } from './rate.ts';
import { BLUE, digits, GREEN, GREY, INK, line, ORANGE, PURPLE, picture, polyline, SKY, text, unbroken, VERMILION } from './svg.ts';

const COLOURS: Partial<Record<Style, string>> = {
  isp0: SKY,
  isp1: PURPLE,
  isp2: ORANGE,
  isp3: GREEN,
  statement: BLUE,
  model: BLUE,
  bad: VERMILION,
  faint: GREY,
};
const WIDTH = 900;
const LEFT = 70;
const ROOM = WIDTH - LEFT - 20;
const POD_HEIGHT = 20;
const CHART = { height: 90, gap: 54 } as const;
const LEAST_CELL = 5; // px: what is narrower cannot be read
const LATE = 'text-decoration="underline"'; // told apart without colour

/** The pods and the figures in time as a picture, with the command that makes the run again. */
export function insideSvg(state: InsideState, command: string): string {
  const { scenario, version, seed, ratePerSecond, shown } = state;
  const title = `${scenario.name} inside: ${rateText(ratePerSecond)} requests/s, seed ${seed}, at ${seconds(nowMs(state))} s`;
  const pods = shown === null ? [] : [...podRows(state), ...legend(state)];
  const chartsTop = 110 + pods.length * POD_HEIGHT;
  const series = seriesOf(state);
  const height = chartsTop + series.length * (CHART.height + CHART.gap);
  return picture({ width: WIDTH, height, left: 20, title, version, command }, [
    text(20, 70, sentences(state)[0]!),
    ...pods.flatMap((pod, i) => pod(92 + i * POD_HEIGHT)),
    ...series.flatMap((one, i) => chart(one, instants(state), chartsTop + i * (CHART.height + CHART.gap))),
  ]);
}

/** A row of letters for each pod whose workers are known. */
function podRows({ scenario, shown, wish }: InsideState): ((y: number) => string[])[] {
  const { workers } = scenario.pods;
  const marks = marksOf(placesOf(scenario));
  const { places, late } = shown!.workers ?? { places: new Uint8Array(), late: new Uint8Array() };
  const each = Math.min(16, ROOM / workers);
  if (each < LEAST_CELL)
    return Array.from(shown!.busy, (busy, pod) => (y) => [
      text(20, y, `pod ${pod + 1}: ${grouped(busy)} of ${counted(workers, 'worker')} busy`),
    ]);
  return Array.from({ length: places.length / workers }, (_, i) => (y) => {
    const pod = shown!.fromPod + i;
    const isDown = isPodDown(wish.faults, pod, shown!.atMs);
    return [
      text(20, y, `pod ${pod + 1}`),
      ...Array.from({ length: workers }, (_, worker) => {
        const at = i * workers + worker;
        const { letter, style } = isDown ? DOWN : marks[places[at]!]!;
        const look = late[at] === 1 ? `fill="${VERMILION}" ${LATE}` : `fill="${COLOURS[style] ?? INK}"`;
        return text(LEFT + (worker + 0.5) * each, y, letter, `text-anchor="middle" font-size="${digits(each)}" ${look}`);
      }),
    ];
  });
}

/** What the letters mean, in as many rows as that takes. */
function legend({ scenario }: InsideState): ((y: number) => string[])[] {
  const marks = marksOf(placesOf(scenario)).map((mark) => ({ words: markWords(mark), look: `fill="${COLOURS[mark.style] ?? INK}"` }));
  const rows: ((y: number) => string)[][] = [[]];
  let x = LEFT;
  for (const { words, look } of [...marks, { words: 'beyond its p99', look: `fill="${VERMILION}" ${LATE}` }]) {
    const width = 16 + 7 * words.length;
    if (x + width > LEFT + ROOM) {
      rows.push([]);
      x = LEFT;
    }
    const at = x;
    rows.at(-1)!.push((y) => text(at, y, words, `font-size="12" ${look}`));
    x += width;
  }
  return rows.map((row) => (y) => row.map((entry) => entry(y)));
}

/** The instants of the first and the last dot, s. */
function instants({ shown }: InsideState): readonly [from: number, to: number] {
  if (shown === null) return [0, 0];
  const { untilMs, dotMs, arrivalsPerSecond } = shown.dots;
  return [(untilMs - (arrivalsPerSecond.length - 1) * dotMs) / 1000, untilMs / 1000];
}

function chart({ title, values, limit, style }: Series, [from, to]: readonly [from: number, to: number], top: number): string[] {
  const highest = topOf(limit, mostOf(values));
  const x = linearScale(0, Math.max(1, values.length - 1));
  const y = linearScale(0, highest === 0 ? 1 : highest);
  const bottom = top + CHART.height;
  const time = linearScale(from, to);
  const places = Array.from(values, (value, i) =>
    Number.isNaN(value) ? null : ([LEFT + ROOM * x(i), bottom - CHART.height * y(value)] as const),
  );
  return [
    text(20, top - 8, title, 'font-weight="bold"'),
    text(LEFT - 8, top + 4, highest === 0 ? '' : topText(highest), 'text-anchor="end" font-size="11"'),
    text(LEFT - 8, bottom + 4, '0', 'text-anchor="end" font-size="11"'),
    line(LEFT, top, LEFT + ROOM, top, 'stroke="#dddddd"'),
    line(LEFT, bottom, LEFT + ROOM, bottom, `stroke="${INK}"`),
    ...roundTicks(from, to, 10).flatMap((instant) => [
      line(LEFT + ROOM * time(instant), bottom, LEFT + ROOM * time(instant), bottom + 5, `stroke="${INK}"`),
      text(LEFT + ROOM * time(instant), bottom + 17, `${rateText(instant)} s`, 'text-anchor="middle" font-size="11"'),
    ]),
    ...unbroken(places).map((part) => polyline(part, `stroke="${COLOURS[style] ?? INK}"`)),
  ];
}
