import type { Curve, Sample } from '../charts/curve.ts';
import { linearScale, type Scale } from '../charts/scale.ts';
import { roundTicks } from '../charts/ticks.ts';
import { significant } from '../format.ts';
import { rateText } from './rate.ts';
import { BLUE, digits, GREY, INK, line, ORANGE, PURPLE, picture, SKY, text, VERMILION } from './svg.ts';
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
  const title = `${scenario.name}: ${pods.count} × ${pods.workers} workers, ${scenario.balancer.policy}, seed ${plan.seed}`;
  return picture({ width: WIDTH, height: HEIGHT, left: CHART.left, title, version: state.version, command }, [
    ...legend(state),
    ...CHARTS.flatMap((name, i) => chart(chartOf(state, name), CHART.top + 28 + i * (CHART.height + CHART.gap))),
  ]);
}

function chart({ titles, from, to, y, yTicks, curve, band, theory, previous, marks, knee }: SweepChart, top: number): string[] {
  const across = linearScale(from, to);
  const place: Place = {
    x: (rate) => CHART.left + CHART.width * across(rate),
    y: (value) => top + CHART.height * (1 - y(value)),
  };
  const bottom = top + CHART.height;
  const xTicks = roundTicks(from, to, 14);
  return [
    text(CHART.left, top - 10, titles[0]!.replace(/^\d /, ''), 'font-weight="bold"'),
    ...yTicks.flatMap(({ value, label }) => [
      line(CHART.left, place.y(value), CHART.left + CHART.width, place.y(value), 'stroke="#dddddd"'),
      text(CHART.left - 8, place.y(value) + 4, label, 'text-anchor="end"'),
    ]),
    line(CHART.left, bottom, CHART.left + CHART.width, bottom, `stroke="${INK}"`),
    ...xTicks.flatMap((rate) => [
      line(place.x(rate), bottom, place.x(rate), bottom + 5, `stroke="${INK}"`),
      text(place.x(rate), bottom + 19, rateText(rate), 'text-anchor="middle"'),
    ]),
    text(CHART.left + CHART.width, bottom + 34, 'requests/s', 'text-anchor="end" font-size="12"'),
    ...(band ? stretches(curve).map((stretch) => bandOf(stretch, place)) : []),
    ...stretches(previous).map((stretch) => polyline(stretch, place, `stroke="${GREY}" stroke-dasharray="1 4" stroke-linecap="round"`)),
    ...(knee === null
      ? []
      : [line(place.x(knee), top, place.x(knee), bottom, `stroke="${PURPLE}" stroke-width="2" stroke-dasharray="2 3"`)]),
    ...stretches(curve).map((stretch) => polyline(stretch, place, `stroke="${BLUE}"`)),
    ...stretches(theory).map((stretch) => polyline(stretch, place, `stroke="${ORANGE}" stroke-dasharray="7 6"`)),
    ...marks.map((mark) => diamond(place.x(mark.x), place.y(mark.value))),
  ];
}

interface Place {
  readonly x: Scale;
  readonly y: Scale;
}

function legend(state: SweepState): string[] {
  const theory = theoryName(state);
  const knee = state.outcome?.knee ?? null;
  const stroke = (style: string) => (x: number) => line(x, 66, x + 26, 66, `stroke-width="2" ${style}`);
  const entries: (readonly [draw: (x: number) => string, label: string, there: boolean])[] = [
    [stroke(`stroke="${BLUE}"`), 'model', true],
    [(x) => `<rect x="${x}" y="60" width="26" height="12" fill="${SKY}" opacity="0.4"/>`, '95% interval', state.layers.band],
    [stroke(`stroke="${ORANGE}" stroke-dasharray="7 6"`), theory ?? '', state.layers.theory && theory !== null],
    [(x) => diamond(x + 13, 66), 'real service', state.layers.measured && state.fitting.length > 0],
    [
      stroke(`stroke="${GREY}" stroke-dasharray="1 4" stroke-linecap="round"`),
      `before: ${previousLabel(state)}`,
      state.layers.previous && state.previous !== null,
    ],
    [stroke(`stroke="${PURPLE}" stroke-dasharray="2 3"`), `knee ${significant(knee?.ratePerSecond ?? 0)}/s`, knee !== null],
  ];
  let x = CHART.left;
  return entries
    .filter(([, , there]) => there)
    .flatMap(([draw, label]) => {
      const parts = [draw(x), text(x + 34, 70, label)];
      x += 50 + 7.2 * label.length;
      return parts;
    });
}

/** The parts of a curve that have no gap. */
function stretches(curve: Curve): Sample[][] {
  const parts: Sample[][] = [[]];
  for (const sample of curve) {
    if (sample === null) parts.push([]);
    else parts.at(-1)!.push(sample);
  }
  return parts.filter((part) => part.length > 0);
}

function polyline(samples: readonly Sample[], { x, y }: Place, style: string): string {
  const points = samples.map((sample) => `${digits(x(sample.x))},${digits(y(sample.value))}`).join(' ');
  return `<polyline points="${points}" fill="none" stroke-width="2" ${style}/>`;
}

function bandOf(samples: readonly Sample[], { x, y }: Place): string {
  const upper = samples.map((sample) => `${digits(x(sample.x))},${digits(y(sample.high))}`);
  const lower = samples.toReversed().map((sample) => `${digits(x(sample.x))},${digits(y(sample.low))}`);
  return `<polygon points="${[...upper, ...lower].join(' ')}" fill="${SKY}" opacity="0.4"/>`;
}

function diamond(x: number, y: number): string {
  return `<path d="M${digits(x)} ${digits(y - 6)}l6 6l-6 6l-6 -6z" fill="${VERMILION}"/>`;
}
