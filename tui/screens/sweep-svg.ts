import type { Mark } from '../charts/chart.ts';
import type { Curve, Range } from '../charts/curve.ts';
import { linearScale, onAxis, type Scale } from '../charts/scale.ts';
import { roundTicks } from '../charts/ticks.ts';
import { counted, significant } from '../format.ts';
import { rateText } from './rate.ts';
import { BLUE, digits, GREY, INK, line, ORANGE, PURPLE, picture, polyline, SKY, text, unbroken, VERMILION } from './svg.ts';
import { chartOf, type SweepChart } from './sweep-charts.ts';
import { CHARTS, previousLabel, type SweepState } from './sweep-state.ts';
import { theoryName } from './sweep-theory.ts';

const WIDTH = 900;
const CHART = { left: 60, width: 810, height: 200, gap: 64, top: 92 } as const;
const HEIGHT = CHART.top + CHARTS.length * (CHART.height + CHART.gap) + 16;

/** The charts of a sweep as a picture: what is on the screen, with the command that makes it again. */
export function sweepSvg(state: SweepState, command: string): string {
  const { scenario, plan } = state;
  const { pods } = scenario;
  const title = `${scenario.name}: ${counted(pods.count, 'pod')} × ${counted(pods.workers, 'worker')}, ${scenario.balancer.policy}, seed ${plan.seed}`;
  const charts = CHARTS.map((name) => chartOf(state, name));
  return picture({ width: WIDTH, height: HEIGHT, left: CHART.left, title, version: state.version, command }, [
    ...legend(state, charts),
    ...charts.flatMap((each, i) => chart(each, CHART.top + 28 + i * (CHART.height + CHART.gap))),
  ]);
}

function chart({ titles, from, to, y, yTicks, curve, band, theory, previous, marks, knee }: SweepChart, top: number): string[] {
  const across = linearScale(from, to);
  const { left, width, height } = CHART;
  const axes: Axes = {
    x: (rate) => left + width * across(rate),
    y: (value) => top + height * (1 - y(value)),
    onAxis: (value) => top + height * (1 - onAxis(y(value))),
  };
  const bottom = top + height;
  const lines = (curve: Curve, style: string) =>
    unbroken(curve).map((part) =>
      polyline(
        part.map(({ x, value }) => [axes.x(x), axes.y(value)]),
        style,
      ),
    );
  const xTicks = roundTicks(from, to, 14);
  return [
    text(left, top - 10, titles[0]!.replace(/^\d /, ''), 'font-weight="bold"'),
    ...yTicks.flatMap(({ value, label }) => [
      line(left, axes.y(value), left + width, axes.y(value), 'stroke="#dddddd"'),
      text(left - 8, axes.y(value) + 4, label, 'text-anchor="end"'),
    ]),
    line(left, bottom, left + width, bottom, `stroke="${INK}"`),
    ...xTicks.flatMap((rate) => [
      line(axes.x(rate), bottom, axes.x(rate), bottom + 5, `stroke="${INK}"`),
      text(axes.x(rate), bottom + 19, rateText(rate), 'text-anchor="middle"'),
    ]),
    text(left + width, bottom + 34, 'requests/s', 'text-anchor="end" font-size="12"'),
    // A picture within the picture cuts off what lies outside of the axes.
    `<svg x="${left}" y="${top}" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">`,
    ...unbroken(band).map((part) => polygon(part, axes)),
    ...lines(previous, PREVIOUS),
    ...(knee === null ? [] : [line(axes.x(knee), top, axes.x(knee), bottom, `stroke-width="2" ${KNEE}`)]),
    ...lines(theory, THEORY),
    ...lines(curve, MODEL),
    '</svg>',
    ...marks.map(({ kind, x, value }) => MARK[kind](axes.x(x), axes.onAxis(value))),
  ];
}

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  /** The same, but what lies outside of the axis is taken to its nearer end. */
  readonly onAxis: Scale;
}

const MODEL = `stroke="${BLUE}"`;
const THEORY = `stroke="${ORANGE}" stroke-dasharray="7 6"`;
const PREVIOUS = `stroke="${GREY}" stroke-dasharray="1 4"`;
const KNEE = `stroke="${PURPLE}" stroke-dasharray="2 3"`;

const MARK: Readonly<Record<Mark['kind'], (x: number, y: number) => string>> = {
  service: (x, y) => diamond(x, y, `fill="${VERMILION}"`),
  serviceBelow: (x, y) => diamond(x, y, `fill="white" stroke="${VERMILION}" stroke-width="1.5"`),
  below: (x, y) => triangle(x, y, `fill="${BLUE}"`),
  previousBelow: (x, y) => triangle(x, y, `fill="white" stroke="${GREY}" stroke-width="1.5"`),
};

/** What is drawn, in a row or in two. */
function legend(state: SweepState, charts: readonly SweepChart[]): string[] {
  const theory = theoryName(state);
  const knee = state.outcome?.knee ?? null;
  const kinds = new Set(charts.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  const stroke = (style: string) => (x: number, y: number) => line(x, y, x + SAMPLE, y, `stroke-width="2" ${style}`);
  const mark = (kind: Mark['kind']) => (x: number, y: number) => MARK[kind](x + SAMPLE / 2, y);
  const belows = (['below', 'previousBelow', 'serviceBelow'] as const).filter((kind) => kinds.has(kind));
  const entries: (readonly [draw: (x: number, y: number) => string, label: string, there: boolean])[] = [
    [stroke(MODEL), 'model', true],
    [
      (x, y) => `<rect x="${x}" y="${y - 6}" width="${SAMPLE}" height="12" fill="${SKY}" opacity="0.4"/>`,
      '95% interval',
      state.layers.band,
    ],
    [
      (x, y) => belows.map((kind, i) => MARK[kind](x + SAMPLE / 2 + 13 * (i - (belows.length - 1) / 2), y)).join(''),
      'below that',
      belows.length > 0,
    ],
    [stroke(THEORY), theory ?? '', state.layers.theory && theory !== null],
    [mark('service'), 'real service', kinds.has('service')],
    [stroke(PREVIOUS), `before: ${previousLabel(state)}`, state.layers.previous && state.previous !== null],
    [stroke(KNEE), `knee ${significant(knee?.ratePerSecond ?? 0)}/s`, knee !== null],
  ];
  let [x, y]: [number, number] = [CHART.left, 66];
  return entries
    .filter(([, , there]) => there)
    .flatMap(([draw, label]) => {
      const width = SAMPLE + 24 + 7.2 * label.length;
      if (x + width > WIDTH) [x, y] = [CHART.left, y + 18];
      const parts = [draw(x, y), text(x + SAMPLE + 8, y + 4, label)];
      x += width;
      return parts;
    });
}

const SAMPLE = 26; // px, of a line in the legend

function polygon(ranges: readonly Range[], { x, onAxis }: Axes): string {
  const upper = ranges.map((range) => `${digits(x(range.x))},${digits(onAxis(range.high))}`);
  const lower = ranges.toReversed().map((range) => `${digits(x(range.x))},${digits(onAxis(range.low))}`);
  return `<polygon points="${[...upper, ...lower].join(' ')}" fill="${SKY}" stroke="${SKY}" stroke-width="2" opacity="0.4"/>`;
}

function diamond(x: number, y: number, style: string): string {
  return `<path d="M${digits(x)} ${digits(y - 6)}l6 6l-6 6l-6 -6z" ${style}/>`;
}

/** Points down, to where the value is; its base is the bound. */
function triangle(x: number, y: number, style: string): string {
  return `<path d="M${digits(x - 6)} ${digits(y)}h12l-6 9z" ${style}/>`;
}
