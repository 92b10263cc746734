import type { Scenario } from '../../fixtures/schema.ts';
import { placesOf } from '../../sim/metrics/workers.ts';
import type { ExportFormat } from '../shell/export-state.ts';
import { logOf } from './inside-log.ts';
import { type InsideState, injectedFaults, nowMs } from './inside-state.ts';
import { insideSvg } from './inside-svg.ts';

/** A run at an instant, carried away: the text of a file. */
export function exportInside(state: InsideState, format: ExportFormat, command: string): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(documentOf(state, command), null, 2)}\n`;
    case 'csv':
      return csvOf(state);
    case 'svg':
      return insideSvg(state, command);
    case 'command':
      return command;
  }
}

/** The scenario's run, as long as it was seen, and without the warm-up that one with faults has not: what was seen can be run from files. */
export function seenRun(state: InsideState): Scenario['run'] {
  const { run } = state.scenario;
  const injected = injectedFaults(state);
  const seenMs = Math.max(nowMs(state), ...injected.map(({ atMs }) => atMs + 1));
  return {
    ...run,
    warmup: injected.length > 0 && run.warmup !== 0 ? 'auto' : run.warmup,
    measureMs: seenMs > run.measureMs ? 1000 * Math.ceil(seenMs / 1000) : run.measureMs,
  };
}

function documentOf(state: InsideState, command: string) {
  const { version, scenario, seed, ratePerSecond, wish, shown } = state;
  const names = placesOf(scenario).map((place) =>
    place.kind === 'isp' ? `smtp ${place.name}` : 'name' in place ? place.name : place.kind,
  );
  const { workers } = scenario.pods;
  return {
    mailsim: version,
    command,
    seed,
    ratePerSecond,
    scenario: { ...scenario, faults: wish.faults, run: seenRun(state) },
    atMs: nowMs(state),
    events: shown?.events ?? 0,
    waitingFor: Object.fromEntries(names.map((name, place) => [name, shown?.byPlace[place] ?? 0])),
    pods: Array.from(shown?.busy ?? [], (busy, pod) => {
      const from = (pod - shown!.fromPod) * workers;
      const places = shown!.workers?.places.subarray(Math.max(0, from), Math.max(0, from + workers)) ?? [];
      const { rejected, loopUtilisation } = shown!.second;
      const lastSecond = { rejected: rejected[pod]!, loopUtilisation: loopUtilisation?.[pod] ?? null };
      return { busy, lastSecond, ...(places.length > 0 && { workers: Array.from(places, (place) => names[place]) }) };
    }),
    isps: scenario.smtp.isps.map(({ name }, i) => ({ name, latestReplies: shown?.isps[i] ?? null })),
    series: rowsOf(state),
    log: logOf(state)
      .filter(({ atMs }) => atMs <= nowMs(state))
      .map(({ atMs, words: [fullest] }) => ({ atMs, words: fullest })),
  };
}

/** The figures in time, a row for each dot. */
function rowsOf({ shown }: InsideState) {
  if (shown === null) return [];
  const { dotMs, untilMs, arrivalsPerSecond, rejectedPerSecond, busyConnections, inFlight, loopWaitMs } = shown.dots;
  return Array.from(arrivalsPerSecond, (arrivals, i) => ({
    untilMs: untilMs - (arrivalsPerSecond.length - 1 - i) * dotMs,
    arrivalsPerSecond: arrivals,
    rejectedPerSecond: rejectedPerSecond[i]!,
    busyConnections: busyConnections[i]!,
    inFlight: inFlight[i]!,
    loopWaitMs: loopWaitMs === null || Number.isNaN(loopWaitMs[i]) ? null : loopWaitMs[i]!,
  }));
}

function csvOf(state: InsideState): string {
  const heads = 'untilMs,arrivalsPerSecond,rejectedPerSecond,busyConnections,inFlight,loopWaitMs';
  return `${[
    heads,
    ...rowsOf(state).map((row) =>
      Object.values(row)
        .map((value) => value ?? '')
        .join(','),
    ),
  ].join('\n')}\n`;
}
