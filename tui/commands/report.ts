import type { Scenario } from '../../fixtures/schema.ts';
import { ceilings } from '../../sim/experiments/bottleneck.ts';
import type { Crossing } from '../../sim/experiments/knee.ts';
import type { Limit } from '../../sim/experiments/limit.ts';
import type { Point, TimeEstimate } from '../../sim/experiments/point.ts';
import type { Series } from '../../sim/experiments/series.ts';
import { bottleneckSentence, ceilingSentence } from '../bottleneck-sentence.ts';
import { counted, duration, grouped, percent, reach, rejection, significant, table } from '../format.ts';
import { plannedWords } from '../planned-words.ts';
import { rateText } from '../screens/rate.ts';
import type { Options } from './options.ts';

/** What a command found. */
export interface Findings {
  readonly command: 'run' | 'sweep' | 'load';
  readonly version: string;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly limit: Limit;
  readonly points: readonly Point[];
  readonly knee: Crossing | null;
  readonly series: Series | null;
  readonly complete: boolean;
  /** Of a run of the real service: how it was measured. */
  readonly real?: RealRun;
}

/** How a run of the real service was measured: fields of the JSON. */
export interface RealRun {
  readonly stretch: number;
  readonly database: 'emulated' | 'real';
  readonly tls: boolean;
  readonly planned: number;
  readonly dropped: number;
  /** How late the generator started requests, real ms. */
  readonly latenessMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  /** Share of the machine's CPU time that nobody used. */
  readonly idleShare: number;
  /** There was no CPU to spare: the figures are the machine's, not the service's. */
  readonly void: boolean;
  /** Share of its time that each pod's event loop was active. */
  readonly eventLoopUtilisation: readonly number[];
}

/** The findings in the format that was asked for, with a line end. */
export function report(findings: Findings, format: Options['format']): string {
  return { json: reportJson, csv: reportCsv, table: reportTable }[format](findings);
}

function reportJson(findings: Findings): string {
  const { command, version, seed, scenario, limit, points, knee, series, complete, real } = findings;
  const stations = ceilings(scenario);
  const crossing = {
    limit: limit.text,
    ratePerSecond: knee?.ratePerSecond ?? null,
    lower: knee?.lower ?? null,
    upper: knee?.upper ?? null,
    halfWidth: knee?.halfWidth ?? null,
  };
  const document = {
    mailsim: version,
    command,
    seed,
    scenario,
    ...(complete ? {} : { complete }),
    ...real,
    points: points.map((point) => ({ ...point, rejectionRate: { ...point.rejectionRate, mean: rejectedShare(point) } })),
    ...(command === 'sweep' && { knee: crossing }),
    bottleneck: {
      station: stations[0].station,
      ceilingPerSecond: stations[0].ceilingPerSecond,
      stations,
      ...(command === 'sweep' &&
        complete && {
          limit: crossing.limit,
          limitPassedFromPerSecond: crossing.ratePerSecond,
          sentence: bottleneckSentence(limit, knee, scenario, points),
        }),
    },
    ...(series !== null && { series }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Of a rate at which nothing arrived no 503 rate is known. */
const rejectedShare = ({ arrivals, rejectionRate }: Point) => (arrivals === 0 ? null : rejectionRate.mean);

const CSV_COLUMNS: readonly (readonly [string, (point: Point) => number | boolean | null | undefined])[] = [
  ['ratePerSecond', (p) => p.ratePerSecond],
  ['replications', (p) => p.replications],
  ['warmupMs', (p) => p.warmupMs],
  ['measureMs', (p) => p.measureMs],
  ['intervalParts', (p) => p.intervals.parts],
  ['arrivals', (p) => p.arrivals],
  ['rejectionRate', rejectedShare],
  ['rejectionRateHalfWidth', (p) => p.rejectionRate.halfWidth],
  ['rejectionRateLower', (p) => p.rejectionRate.lower],
  ['rejectionRateUpper', (p) => p.rejectionRate.upper],
  ['throughputPerSecond', (p) => p.throughputPerSecond.mean],
  ['throughputPerSecondHalfWidth', (p) => p.throughputPerSecond.halfWidth],
  ['goodputPerSecond', (p) => p.goodputPerSecond.mean],
  ['goodputPerSecondHalfWidth', (p) => p.goodputPerSecond.halfWidth],
  ['poolOccupancy', (p) => p.poolOccupancy.mean],
  ['poolOccupancyHalfWidth', (p) => p.poolOccupancy.halfWidth],
  ['poolUtilisation', (p) => p.poolUtilisation.mean],
  ['poolUtilisationHalfWidth', (p) => p.poolUtilisation.halfWidth],
  ['poolFullShare', (p) => p.poolFullShare.mean],
  ['poolFullShareHalfWidth', (p) => p.poolFullShare.halfWidth],
  ['poolFullShareLower', (p) => p.poolFullShare.lower],
  ['poolFullShareUpper', (p) => p.poolFullShare.upper],
  ['databaseUtilisation', (p) => p.databaseUtilisation.mean],
  ['databaseUtilisationHalfWidth', (p) => p.databaseUtilisation.halfWidth],
  ['databaseQueriesPerSecond', (p) => p.databaseQueriesPerSecond.mean],
  ['eventLoopUtilisation', (p) => p.eventLoopUtilisation?.mean],
  ['eventLoopUtilisationHalfWidth', (p) => p.eventLoopUtilisation?.halfWidth],
  ['eventLoopDelayMsP50', (p) => p.eventLoopDelayMs?.p50.value],
  ['eventLoopDelayMsP95', (p) => p.eventLoopDelayMs?.p95.value],
  ['eventLoopDelayMsP99', (p) => p.eventLoopDelayMs?.p99.value],
  ['loopWaitMsMean', (p) => p.loopWaitMs?.mean.mean],
  ['loopWaitMsP50', (p) => p.loopWaitMs?.p50.value],
  ['loopWaitMsP99', (p) => p.loopWaitMs?.p99.value],
  ['sojournMsMean', (p) => p.sojournMs?.mean.mean],
  ...(['p50', 'p95', 'p99'] as const).flatMap((percentile) => {
    const name = `sojournMs${percentile.toUpperCase()}`;
    return [
      [name, (p: Point) => p.sojournMs?.[percentile].value] as const,
      ...(['halfWidth', 'lower', 'upper'] as const).map(
        (end) => [`${name}${end.charAt(0).toUpperCase()}${end.slice(1)}`, (p: Point) => p.sojournMs?.[percentile][end]] as const,
      ),
    ];
  }),
  ...(['sent', 'failed', 'timedOut', 'statusAnswered', 'rejected', 'refused', 'unrecorded', 'aborted', 'inFlight'] as const).map(
    (outcome) => [outcome, (p: Point) => p.outcomes[outcome]] as const,
  ),
  ['precise', (p) => p.precise],
];

/** The last columns say whether a point has the precision that was asked for, and whether all points are there or it was stopped before. */
function reportCsv({ points, real, complete }: Findings): string {
  const columns: typeof CSV_COLUMNS = [
    ...(real === undefined ? [] : [['stretch', () => real.stretch] as const]),
    ...CSV_COLUMNS,
    ['complete', () => complete],
  ];
  const lines = points.map((point) => columns.map(([, read]) => read(point) ?? '').join(','));
  return `${[columns.map(([name]) => name).join(','), ...lines].join('\n')}\n`;
}

function reportTable(findings: Findings): string {
  const { scenario, seed, points, limit, knee, command, complete, real } = findings;
  const { pods, database, balancer } = scenario;
  const head = [
    `${scenario.name}: ${counted(pods.count, 'pod')} × ${counted(pods.workers, 'worker')}`,
    balancer.policy,
    counted(database.connections, 'database connection'),
    `seed ${seed}`,
  ].join(', ');
  const imprecise = points.filter((point) => !point.precise).map((point) => `${rateText(point.ratePerSecond)}/s`);
  const hasLoops = points.some((point) => point.eventLoopUtilisation !== null);
  const rows = points.map((point) => {
    const rate = rejection(point.rejectionRate);
    const { sojournMs } = point;
    return [
      rateText(point.ratePerSecond),
      significant(point.throughputPerSecond.mean, 4),
      rate.value,
      rate.halfWidth,
      rejection(point.poolFullShare).value,
      percent(point.poolUtilisation.mean),
      percent(point.databaseUtilisation.mean),
      ...(hasLoops ? [point.eventLoopUtilisation === null ? '' : percent(point.eventLoopUtilisation.mean)] : []),
      sojournMs === null ? '' : significant(sojournMs.p50.value),
      sojournMs === null ? '' : significant(sojournMs.p95.value),
      sojournMs === null ? '' : significant(sojournMs.p99.value),
      sojournMs === null ? '' : reach(sojournMs.p99),
    ];
  });
  const heads = [
    'req/s',
    'done/s',
    '503 %',
    '±',
    'full %',
    'pool %',
    'db %',
    ...(hasLoops ? ['loop %'] : []),
    'p50 ms',
    'p95 ms',
    'p99 ms',
    '±',
  ];
  return [
    head,
    '',
    points.length === 0 ? 'Stopped before the first point was there.' : table(heads, rows),
    '',
    ...points.slice(0, command === 'sweep' ? 0 : 1).flatMap((point) => [...details(point, scenario), '']),
    command === 'sweep' && complete ? bottleneckSentence(limit, knee, scenario, points) : ceilingSentence(scenario),
    ...(real === undefined ? [] : measuredHow(real)),
    ...(command === 'sweep' ? withoutIntervals(points) : []),
    ...(complete ? [] : ['Stopped before the end: this is what was there.']),
    ...(complete && imprecise.length > 0 ? [`The precision asked for was not reached at ${imprecise.join(', ')}.`] : []),
    '',
  ].join('\n');
}

/** What only fits under a single point. */
function details(point: Point, scenario: Scenario): string[] {
  const outcomes = Object.entries(point.outcomes).filter(([, count]) => count > 0);
  const { recoveryMs, rows } = point;
  const planned = plannedWords(scenario);
  return [
    ...(planned === null ? [] : [`planned    ${planned}`]),
    `outcomes   ${outcomes.length === 0 ? 'nothing arrived' : outcomes.map(([name, count]) => `${name} ${grouped(count)}`).join(', ')}`,
    `rows       pending ${grouped(rows.pending)}, sent ${grouped(rows.sent)}, failed ${grouped(rows.failed)}`,
    `warm-up    ${duration(point.warmupMs)} left out (${point.warmupRule}), ${duration(point.measureMs)} measured, ${counted(point.replications, 'replication')}`,
    ...intervalLine(point),
    ...(recoveryMs === null
      ? []
      : [
          recoveryMs.mean === null
            ? `recovery   not within the run (0 of ${recoveryMs.of})`
            : `recovery   ${duration(recoveryMs.mean)} after the last fault's end (${recoveryMs.recovered} of ${recoveryMs.of})`,
        ]),
    ...loopLines(point),
    '',
    table(
      ['ISP', 'sojourn p50', 'p99', 'SMTP mean', 'p50', 'p99 ms'],
      point.isps.map(({ name, sojournMs, smtpMs }) => [
        name,
        ...(sojournMs === null ? ['', ''] : [significant(sojournMs.p50.value), significant(sojournMs.p99.value)]),
        ...(smtpMs === null ? ['', '', ''] : [smtpMs.mean.mean, smtpMs.p50.value, smtpMs.p99.value].map((ms) => significant(ms))),
      ]),
    ),
  ];
}

/** What the intervals of a single run are made of; or why there are none. */
function intervalLine({ intervals: { parts, note }, replications, measureMs }: Point): string[] {
  const why = note === null ? '' : `: ${note}`;
  if (parts === 1) return [`intervals  none${why}`];
  return replications > 1 ? [] : [`intervals  ${parts} batches of ${duration(measureMs / parts)}${why}`];
}

/** Which points have no intervals, and why. */
function withoutIntervals(points: readonly Point[]): string[] {
  const rates = Map.groupBy(
    points.filter(({ intervals }) => intervals.parts === 1),
    ({ intervals }) => intervals.note ?? '',
  );
  return [...rates].map(
    ([note, points]) => `No intervals at ${points.map((point) => `${rateText(point.ratePerSecond)}/s`).join(', ')}: ${note}.`,
  );
}

function loopLines({ eventLoopUtilisationByPod, eventLoopDelayMs, loopWaitMs }: Point): string[] {
  if (eventLoopUtilisationByPod === null) return [];
  const shares = eventLoopUtilisationByPod.slice(0, 10).map((share) => percent(share, 2));
  const more = eventLoopUtilisationByPod.length > shares.length ? ' …' : '';
  const times = ({ p50, p95, p99 }: TimeEstimate) => [p50, p95, p99].map(({ value }) => significant(value, 2)).join(', ');
  return [
    `loops      ${shares.join(' ')}${more} % active by pod${eventLoopDelayMs === null ? '' : `, late ${times(eventLoopDelayMs)} ms (p50, p95, p99)`}`,
    ...(loopWaitMs === null ? [] : [`           a send waits for its turn ${times(loopWaitMs)} ms in all (p50, p95, p99)`]),
  ];
}

function measuredHow({
  stretch,
  planned,
  dropped,
  latenessMs,
  idleShare,
  void: isVoid,
  eventLoopUtilisation,
  database,
  tls,
}: RealRun): string[] {
  const loop = eventLoopUtilisation.map((share) => `${percent(share, 2)}%`).join(' ');
  return [
    `Measured on the real service, ${stretch === 1 ? 'time unstretched' : `time stretched ${Number(stretch.toFixed(2))} times`}, database times ${database}${tls ? ', STARTTLS' : ''}: ${counted(planned, 'request')} planned, ${grouped(dropped)} dropped,`,
    `started ${significant(latenessMs.p50, 2)} ms late at the median and ${significant(latenessMs.p99, 2)} ms at p99 (real time); machine ${percent(idleShare, 2)}% idle; event loops ${loop} busy.`,
    ...(isVoid
      ? ['VOID: the machine had no CPU to spare, so these are its figures and not those of the service. A larger --stretch helps.']
      : []),
  ];
}
