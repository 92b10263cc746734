import type { Scenario } from '../../fixtures/schema.ts';
import { chooser, type Draw, drawFrom, drawUniform } from '../engine/distributions.ts';
import { createStreams } from '../engine/stream.ts';
import { createArrivals } from './arrivals.ts';

export const KINDS = ['send', 'status'] as const;
export const SEND = 0;
export const STATUS = 1;

/** How a recipient's server ends a transaction that meets no fault. */
export const REPLIES = ['accepted', 'deferred', 'bounced', 'hang'] as const;
export const ACCEPTED = 0; // 250
export const DEFERRED = 1; // 421
export const BOUNCED = 2; // 550
export const HANG = 3; // no reply, ever

/** The requests of a run, one row each, some rows at a time. */
export interface Rows {
  /** Instant of arrival, ms; Infinity where there are no more requests. */
  readonly atMs: Float64Array;
  readonly kind: Uint8Array;
  /** Of a send: index into the scenario's ISPs. */
  readonly isp: Uint8Array;
  /** Of a send: time from connect to final reply, ms; of a HANG, to the 421 of an ISP that throttles it. */
  readonly smtpMs: Float64Array;
  readonly reply: Uint8Array;
  /** Of a send: uniform on (0, 1); an ISP that throttles a share s of its transactions defers those below s. */
  readonly throttle: Float64Array;
  /** Of a status query: which send it asks for, counted from 0 in order of arrival; -1 where none came before. */
  readonly asksFor: Float64Array;
}

/** A source of requests that does not depend on how they are served. */
export interface Workload extends Rows {
  /** Moves on to the next request and returns its row; the row before may be overwritten. */
  next(): number;
  /** Begins anew. The seed names the run, for instance '42/0'; the rate (per second) replaces the scenario's. */
  restart(seed: string, ratePerSecond: number): void;
}

const BLOCK = 1024;
const RECENT_SENDS = 10_000; // a status query asks for one of so many sends before it, each as likely

/** Draws the requests of a scenario, each with every demand that it will make, from streams named for their purpose. */
export function drawWorkload({ arrivals, smtp }: Scenario): Workload {
  const streams = createStreams();
  const { stream } = streams;
  const column = () => new Float64Array(BLOCK);
  const [atMs, smtpMs, throttle, asksFor] = [column(), column(), column(), column()];
  const [kind, isp, reply] = [new Uint8Array(BLOCK), new Uint8Array(BLOCK), new Uint8Array(BLOCK)];

  const sendShare = arrivals.mix.send;
  const arrive = createArrivals(arrivals, stream('arrivals'));
  const [kinds, choices, targets] = [column(), column(), column()];
  const drawTargets = drawUniform(stream('target'));
  const drawn: readonly (readonly [Draw, Float64Array])[] = [
    [drawUniform(stream('mix')), kinds],
    [drawUniform(stream('isp')), choices],
    [drawUniform(stream('throttle')), throttle],
  ];

  // Every ISP has streams of its own, so that another's share or latency does not disturb its draws. Their blocks stand one after the other.
  const { isps } = smtp;
  const latencies = new Float64Array(isps.length * BLOCK);
  const fates = new Float64Array(isps.length * BLOCK);
  const drawnPerIsp = isps.map(({ name, latencyMs }, i): readonly (readonly [Draw, Float64Array])[] => [
    [drawFrom(stream(`smtp/${name}`), latencyMs), latencies.subarray(i * BLOCK, (i + 1) * BLOCK)],
    [drawUniform(stream(`reply/${name}`)), fates.subarray(i * BLOCK, (i + 1) * BLOCK)],
  ]);
  const used = new Int32Array(isps.length); // draws of each block
  const chooseIsp = chooser(isps.map(({ share }) => share));
  const hangsBelow = Float64Array.from(isps, ({ hangShare }) => hangShare);
  const bouncesBelow = Float64Array.from(isps, ({ hangShare, bouncedShare }) => hangShare + bouncedShare);
  const defersBelow = Float64Array.from(isps, ({ hangShare, bouncedShare, deferredShare }) => hangShare + bouncedShare + deferredShare);

  const cursor = new Int32Array(1);
  const sends = new Float64Array(1); // so far
  const target = new Int32Array(1); // draws of the block of targets that are used

  function fill(): void {
    for (const [draw, block] of drawn) draw(block);
    arrive.fill(atMs);
    for (let row = 0; row < BLOCK; row++) {
      if (kinds[row]! < sendShare) fillSend(row);
      else fillStatus(row);
    }
  }

  function fillSend(row: number): void {
    const i = chooseIsp(choices[row]!);
    if (used[i] === BLOCK) refill(i);
    const draw = i * BLOCK + used[i]!++;
    const fate = fates[draw]!;
    kind[row] = SEND;
    isp[row] = i;
    smtpMs[row] = latencies[draw]!;
    reply[row] = fate >= defersBelow[i]! ? ACCEPTED : fate < hangsBelow[i]! ? HANG : fate < bouncesBelow[i]! ? BOUNCED : DEFERRED;
    sends[0]!++;
  }

  function fillStatus(row: number): void {
    const recent = Math.min(sends[0]!, RECENT_SENDS);
    kind[row] = STATUS;
    if (target[0] === BLOCK) {
      drawTargets(targets);
      target[0] = 0;
    }
    const draw = targets[target[0]!++]!;
    asksFor[row] = recent === 0 ? -1 : sends[0]! - 1 - Math.floor(draw * recent);
  }

  function refill(i: number): void {
    for (const [draw, block] of drawnPerIsp[i]!) draw(block);
    used[i] = 0;
  }

  function next(): number {
    if (++cursor[0]! === BLOCK) {
      fill();
      cursor[0] = 0;
    }
    return cursor[0]!;
  }

  function restart(seed: string, ratePerSecond: number): void {
    streams.seed(seed);
    arrive.restart(ratePerSecond);
    used.fill(BLOCK); // all used up: drawn at first use
    target[0] = BLOCK;
    sends[0] = 0;
    cursor[0] = BLOCK - 1;
  }

  return { atMs, kind, isp, smtpMs, reply, throttle, asksFor, next, restart };
}
