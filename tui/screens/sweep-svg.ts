import type { Curve, Sample } from '../charts/curve.ts';
import { linearScale, type Scale } from '../charts/scale.ts';
import { roundTicks } from '../charts/ticks.ts';
import { significant } from '../format.ts';
import { rateText } from './rate.ts';
import { chartOf, fitting, type SweepChart } from './sweep-charts.ts';
import { CHARTS, type SweepState } from './sweep-state.ts';
import { theoryOf } from './sweep-theory.ts';

// Wong's palette (Nature Methods 8, 441, 2011).
const BLUE = '#0072b2';
const SKY = '#56b4e9';
const ORANGE = '#e69f00';
const VERMILION = '#d55e00';
const PURPLE = '#cc79a7';
const GREY = '#8a8a8a';
const INK = '#222222';

const WIDTH = 900;
const CHART = { left: 60, width: 810, height: 200, gap: 64, top: 92 } as const;
const HEIGHT = CHART.top + CHARTS.length * (CHART.height + CHART.gap) + 16;

/** The charts of a sweep as a picture: what is on the screen, with the command that makes it again. */
export function sweepSvg(state: SweepState, command: string): string {
  const { scenario, plan } = state;
  const { pods } = scenario;
  const title = `${scenario.name}: ${pods.count} × ${pods.workers} workers, ${scenario.balancer.policy}, seed ${plan.seed}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="${INK}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(command)}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(CHART.left, 28, `mailsim ${state.version}  ${title}`, 'font-size="17" font-weight="bold"'),
    text(CHART.left, 48, command, `font-family="monospace" font-size="12" fill="${GREY}"`),
    ...legend(state),
    ...CHARTS.flatMap((name, i) => chart(chartOf(state, name), CHART.top + 28 + i * (CHART.height + CHART.gap))),
    '</svg>',
    '',
  ].join('\n');
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
  const { forms } = theoryOf(state);
  const form = forms.rejectionRate ?? forms.poolUtilisation ?? forms.databaseUtilisation;
  const knee = state.outcome?.knee ?? null;
  const stroke = (style: string) => (x: number) => line(x, 66, x + 26, 66, `stroke-width="2" ${style}`);
  const entries: (readonly [draw: (x: number) => string, label: string, there: boolean])[] = [
    [stroke(`stroke="${BLUE}"`), 'model', true],
    [(x) => `<rect x="${x}" y="60" width="26" height="12" fill="${SKY}" opacity="0.4"/>`, '95% interval', state.layers.band],
    [
      stroke(`stroke="${ORANGE}" stroke-dasharray="7 6"`),
      `theory ${form?.exact ? '' : '≈ '}${form?.name}`,
      state.layers.theory && form !== null,
    ],
    [(x) => diamond(x + 13, 66), 'real service', state.layers.measured && fitting(state).length > 0],
    [
      stroke(`stroke="${GREY}" stroke-dasharray="1 4" stroke-linecap="round"`),
      `before: ${state.previous?.label}`,
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

export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line x1="${digits(x1)}" y1="${digits(y1)}" x2="${digits(x2)}" y2="${digits(y2)}" ${style}/>`;
}

function diamond(x: number, y: number): string {
  return `<path d="M${digits(x)} ${digits(y - 6)}l6 6l-6 6l-6 -6z" fill="${VERMILION}"/>`;
}

export function text(x: number, y: number, content: string, style = ''): string {
  return `<text x="${digits(x)}" y="${digits(y)}" ${style}>${escaped(content)}</text>`;
}

export function digits(value: number): string {
  return `${Number(value.toFixed(2))}`;
}

/** A text as XML has it; control characters, which it cannot have, are left out. */
export function escaped(content: string): string {
  return content
    .replace(/\p{Control}/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
