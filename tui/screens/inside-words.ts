import type { Fault } from '../../fixtures/schema.ts';
import type { SteppedMoment } from '../../sim/experiments/inside.ts';
import { FREE, type Place, placesOf } from '../../sim/metrics/workers.ts';
import { counted, grouped } from '../format.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { firstFitting, shortenedName } from '../terminal/text.ts';
import {
  effectWords,
  faultStory,
  faultWords,
  isOfAllIsps,
  isOfDatabase,
  isOfIsp,
  isOfOneIsp,
  isPodDown,
  isUnderWay,
  LONGEST_NAME,
  seconds,
  shortFaultWords,
} from './inside-faults.ts';
import type { InsideState } from './inside-state.ts';
import { drawRule } from './rule.ts';

const BUSY_LOOP = 0.9; // from which what waits for it waits long

/** Draws what limits the service now, in words; after a single step what happened in it. */
export function drawInsideSentence(canvas: Canvas, state: InsideState): void {
  const stepped = state.shown?.stepped ?? [];
  const ruled = canvas.height >= 3;
  const sentence = firstFitting(sentences(state), canvas.width - 1) ?? '';
  const step = firstFitting(stepSentences(stepped), canvas.width - 1) ?? '';
  if (ruled) {
    drawRule(canvas, 0, 'what limits it');
    canvas.put(1, 1, sentence);
    canvas.put(1, 2, stepped.length > 0 ? step : (firstFitting(faultSentences(state), canvas.width - 1) ?? ''));
  } else {
    canvas.put(canvas.width < 80 ? 0 : 1, 0, stepped.length > 0 ? step : sentence);
  }
}

/** What busy workers wait for: all statements are one database, all ISPs are SMTP, however many there are of them. */
const KINDS = ['isp', 'statement', 'connection', 'loop'] as const;
const WAITED_FOR = { isp: 'an ISP', statement: 'the database', connection: 'a connection', loop: 'the event loop' } as const;
const LIMITERS = { isp: 'SMTP', statement: 'The database', connection: 'The database', loop: 'The event loop' } as const;

/** What most busy workers wait for, and whether it hurts; the longest wording first. */
export function sentences(state: InsideState): string[] {
  const { scenario, shown, wish } = state;
  if (shown === null) return ['Nothing has happened yet.', ''];
  const { count, workers } = scenario.pods;
  const down = podsDown(state);
  if (down === count) return [count === 1 ? 'The pod is down.' : 'All pods are down.'];
  const faults = wish.faults.filter((fault) => isUnderWay(fault, shown.atMs));
  if (faults.some(({ kind }) => kind === 'databaseDown'))
    return ['The database limits: it is down, and what needs it fails.', 'The database is down.'];
  const places = placesOf(scenario);
  const up = count - down;
  const all = up * workers;
  const busy = shown.busy.reduce((sum, n) => sum + n, 0);
  const without = down === 0 ? '' : `, ${counted(down, 'pod is', 'pods are')} down`;
  const struck = faults.filter(({ kind }) => kind !== 'podCrash'); // what is down is in `without`
  if (busy === 0) return [...underWayWords(struck, ['no worker is busy', '']), `No worker is busy${without}.`, 'No worker is busy.', ''];
  const waitingAt = (of: (place: Place) => boolean) =>
    places.reduce((sum, place, i) => (i !== FREE && of(place) ? sum + shown.byPlace[i]! : sum), 0);
  const full = shown.busy.filter((n) => n === workers).length;
  const rejected = shown.second.rejected.reduce((sum, n) => sum + n, 0);
  const kinds = KINDS.map((kind) => ({ kind, waiting: waitingAt((place) => place.kind === kind) }));
  const { kind, waiting: atAll } = kinds.reduce((most, next) => (next.waiting > most.waiting ? next : most));
  const isps = places.flatMap((place) =>
    place.kind === 'isp' ? [{ name: place.name, waiting: waitingAt((other) => other === place) }] : [],
  );
  const slowest = isps.reduce((most, next) => (next.waiting > most.waiting ? next : most));
  const isOne = kind === 'isp' && (2 * slowest.waiting > atAll || struck.some((fault) => isOfOneIsp(fault, slowest.name)));
  const areAllIsps = kind === 'isp' && !isOne && struck.some(isOfAllIsps);
  const name = shortenedName(slowest.name, LONGEST_NAME);
  const waiting = isOne ? slowest.waiting : atAll;
  const what = isOne ? name : WAITED_FOR[kind];
  const limiter = isOne ? `SMTP ${name}` : areAllIsps ? 'SMTP to all ISPs' : LIMITERS[kind];
  const share = `${partWaits(waiting, busy)} for ${isOne || areAllIsps ? 'it' : what}`;
  const pods =
    up === 1 ? `the pod is ${full === 1 ? '' : 'not '}full` : `${grouped(full)} of ${grouped(up)} pods ${full === 1 ? 'is' : 'are'} full`;
  const causes = struck
    .filter((fault) => {
      if (kind === 'isp') return isOne ? isOfIsp(fault, slowest.name) : isOfAllIsps(fault);
      return kind !== 'loop' && isOfDatabase(fault);
    })
    .map(effectWords);
  const cause = causes.length === 0 ? '' : ` (${causes.join(', ')})`;
  if (full === 0 && rejected === 0) {
    const idle = `${grouped(busy)} of ${counted(all, 'worker')} ${busy === 1 ? 'is' : 'are'} busy`;
    if (kind === 'connection')
      return [
        `Connections limit${cause}: ${share}; ${idle}${without}.`,
        `Connections limit${cause}: ${share}.`,
        `Connections limit: ${share}.`,
        'Connections limit.',
      ];
    const loops = Array.from(shown.second.loopUtilisation ?? []);
    const busiest = Math.max(0, ...loops);
    if (busiest > BUSY_LOOP) {
      const loop = `The event loop of pod ${loops.indexOf(busiest) + 1} limits: ${grouped(100 * busiest)}% busy`;
      return [`${loop}; ${idle}${without}.`, `${loop}.`, 'The event loop limits.'];
    }
    if (struck.length > 0) {
      const hit = waitingAt((place) => struck.some((fault) => isStruck(place, fault)));
      const waits = partWaits(hit, busy);
      const there = `${waits} for what ${struck.length === 1 ? 'it strikes' : 'they strike'}`;
      return underWayWords(struck, [
        `${there}; ${idle}${without}`,
        there,
        `${waits} there`,
        `${counted(hit, 'worker waits', 'workers wait')} there`,
        '',
      ]);
    }
    const them = `${grouped(waiting)} of them ${waiting === 1 ? 'waits' : 'wait'} for ${what}`;
    return [`Nothing limits it: ${idle}, ${them}${without}.`, `Nothing limits it: ${idle}${without}.`, `Nothing limits it: ${idle}.`, idle];
  }
  const answered = rejected === 0 ? '' : `, ${counted(rejected, 'request')} got a 503 in the last second`;
  return [
    `${limiter}${cause} limits: ${share}, ${pods}${without}${answered}.`,
    `${limiter} limits: ${share}, ${pods}${without}${answered}.`,
    `${limiter} limits: ${share}, ${pods}${without || answered}.`,
    `${limiter}${cause} limits: ${share}, ${pods}.`,
    `${limiter} limits: ${share}, ${pods}.`,
    `${limiter} limits: ${share}.`,
    `${limiter} limits: ${pods}.`,
    `${limiter} limits.`,
    '',
  ];
}

function partWaits(waiting: number, busy: number): string {
  return `${grouped(waiting)} of ${counted(busy, 'busy worker')} ${waiting === 1 || busy === 1 ? 'waits' : 'wait'}`;
}

/** Which faults are under way, with each of some wordings of what that means; none where no fault is. */
function underWayWords(faults: readonly Fault[], meanings: readonly string[]): string[] {
  if (faults.length === 0) return [];
  const is = faults.length === 1 ? 'A fault is under way' : `${grouped(faults.length)} faults are under way`;
  const named = [faultWords, shortFaultWords].map((words) => `${is} (${faults.map((fault) => words(fault)).join(', ')})`);
  const sentence = (what: string, meaning: string) => (meaning === '' ? `${what}.` : `${what}: ${meaning}.`);
  return [...meanings.flatMap((meaning) => named.map((what) => sentence(what, meaning))), `${is}.`];
}

/** Whether who waits at a place waits for what a fault makes slower or worse: connections are what a slow database holds. */
function isStruck(place: Place, fault: Fault): boolean {
  if (place.kind === 'isp') return isOfIsp(fault, place.name);
  return (place.kind === 'statement' || place.kind === 'connection') && isOfDatabase(fault);
}

function podsDown({ scenario, shown, wish }: InsideState): number {
  return Array.from({ length: scenario.pods.count }, (_, pod) => pod).filter((pod) => isPodDown(wish.faults, pod, shown?.atMs ?? 0)).length;
}

/** The faults that hold, and what can be done about them. */
function faultSentences({ wish, injected }: InsideState): string[] {
  const { faults } = wish;
  if (faults.length === 0) return ['No fault is in this run.'];
  const [latest] = faults.slice(-1);
  const story = `${faultStory(latest!)} from ${seconds(latest!.atMs)} s`;
  const count = faults.length === 1 ? 'One fault' : `${grouped(faults.length)} faults, the latest`;
  return [
    `${count}: ${story} (r rewinds to before it${injected > 0 ? ', u removes it' : ''}).`,
    `${count}: ${story}.`,
    `${count}.`.replace(', the latest', ''),
  ];
}

/** A single event in words; the longest wording first. */
function stepSentences(moments: readonly SteppedMoment[]): string[] {
  const first = moments[0];
  if (first === undefined) return [''];
  const last = moments.at(-1)!;
  const who = `${first.kind} ${grouped(first.request)}`;
  const pod = moments.find((moment) => moment.pod !== undefined)?.pod;
  const worker = moments.find((moment) => moment.worker !== null)?.worker ?? null;
  const where = pod === undefined ? '' : `, pod ${pod + 1}${worker === null ? '' : ` worker ${grouped(worker)}`}`;
  const words = moments.map(momentWords);
  return [
    `${who}${where}: ${words.join(', ')}.`,
    `${who}${where}: ${momentWords(last)}.`,
    `${who}: ${momentWords(last)}.`,
    momentWords(last),
    `${who}.`,
  ];
}

function momentWords({ moment, statement, isp, outcome }: SteppedMoment): string {
  const query = statement?.toUpperCase() ?? '';
  switch (moment) {
    case 'arrived':
      return isp === null ? 'arrives' : `arrives, for ${isp}`;
    case 'queued':
      return 'waits for a worker';
    case 'admitted':
      return 'gets a worker';
    case 'callbackReady':
      return 'waits for the loop';
    case 'callbackBegan':
      return 'its callback begins';
    case 'callbackEnded':
      return 'its callback ends';
    case 'queryDone':
      return `${query} is done`;
    case 'abandoned':
      return 'waits in vain';
    case 'queryAsked':
      return `asks for ${query}`;
    case 'queryBegun':
      return `${query} begins`;
    case 'queryAnswered':
      return `${query} is answered`;
    case 'queryEnded':
      return 'gives its connection back';
    case 'deliveryBegun':
      return `connects to ${isp}`;
    case 'deliveryEnded':
      return `${isp} is done`;
    case 'released':
      return 'gives its worker back';
    case 'departed':
      return `ends ${outcome}`;
    default:
      return moment;
  }
}
