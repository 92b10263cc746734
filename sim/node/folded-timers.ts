import type { Calendar } from '../engine/calendar.ts';
import { loopMs } from './loop-clock.ts';

export const NONE = -1;
const IDLE = -1; // no timers phase under way

/** What the timers of a process need to know of its loop. */
interface Loops {
  isAsleep(process: number): boolean;
  /** Since when it sleeps, ms. */
  readonly sleepsSinceMs: Float64Array;
  wake(process: number): void;
}

/**
 * The timers of some Node processes: in each one list, since all have the same delay (rule 11), behind one uv timer (rule 8). A token has at
 * most one timer.
 *
 * @param delayMs as setTimeout takes it
 */
export function createTimerLists(calendar: Calendar, processOf: Int32Array, count: number, delayMs: number, loops: Loops) {
  const { clock, due, state, capacity } = calendar;
  const ms = delayMs >= 1 && delayMs <= 2 ** 31 - 1 ? Math.trunc(delayMs) : 1; // rule 10
  const column = () => new Int32Array(capacity);
  const [before, after, processOfAlarm] = [column(), column(), column()];
  const startMs = new Float64Array(capacity); // on libuv's clock
  const processes = () => state(new Int32Array(count).fill(NONE));
  const [first, last, alarm] = [processes(), processes(), processes()]; // alarm: the token that stands for the uv timer on the calendar
  const isPending = state(new Int32Array(count)); // whether it is there
  const uvDueMs = state(new Float64Array(count).fill(Infinity)); // Infinity: the uv timer is not armed
  const phaseMs = state(new Float64Array(count).fill(IDLE)); // "now" of the timers phase under way

  const ring = calendar.appointment((token) => {
    const process = processOfAlarm[token]!;
    isPending[process] = 0;
    const dueMs = uvDueMs[process]!;
    if (dueMs === Infinity) return;
    if (dueMs > loopMs(clock[0])) return expect(process, dueMs);
    if (!loops.isAsleep(process)) return; // its timers phase comes
    // rule 4: poll sleeps for whole ms from when it was entered, so it wakes up to 1 ms late
    const enteredMs = loops.sleepsSinceMs[process]!;
    const wakesMs = enteredMs + (dueMs - loopMs(enteredMs));
    if (wakesMs > clock[0]) expect(process, wakesMs);
    else loops.wake(process);
  });

  function expect(process: number, atMs: number): void {
    if (alarm[process] === NONE) alarm[process] = calendar.create();
    const token = alarm[process]!;
    processOfAlarm[token] = process;
    due[token] = Math.max(atMs, clock[0]);
    isPending[process] = 1;
    ring(token);
  }

  function arm(process: number, dueMs: number): void {
    uvDueMs[process] = dueMs;
    if (isPending[process] === 0) expect(process, dueMs); // an earlier alarm looks again when it rings
  }

  /** setTimeout. */
  function set(token: number): void {
    const process = processOf[token]!;
    const elder = last[process]!;
    startMs[token] = loopMs(clock[0]); // rule 7
    before[token] = elder;
    after[token] = NONE;
    last[process] = token;
    if (elder !== NONE) {
      after[elder] = token;
      return;
    }
    first[process] = token;
    if (startMs[token]! + ms < uvDueMs[process]!) arm(process, startMs[token]! + ms);
  }

  /** clearTimeout of a timer that is set. Rule 14: the list may be empty now, the uv timer stays armed. */
  function clear(token: number): void {
    const process = processOf[token]!;
    const [elder, younger] = [before[token]!, after[token]!];
    if (elder === NONE) first[process] = younger;
    else after[elder] = younger;
    if (younger === NONE) last[process] = elder;
    else before[younger] = elder;
  }

  function isDue(process: number): boolean {
    return uvDueMs[process]! <= loopMs(clock[0]);
  }

  /** Begins a timers phase. */
  function enterPhase(process: number): void {
    if (!isDue(process)) return;
    uvDueMs[process] = Infinity;
    phaseMs[process] = loopMs(clock[0]); // rule 12: "now" is fixed for the whole phase
  }

  /** Takes the next due timer of the phase out of its list and returns its token. NONE where none is left: the phase is over. */
  function takeDue(process: number): number {
    const nowMs = phaseMs[process]!;
    if (nowMs === IDLE) return NONE;
    const token = first[process]!;
    if (token !== NONE) {
      const dueMs = startMs[token]! + ms;
      if (dueMs <= nowMs) {
        clear(token);
        return token;
      }
      arm(process, dueMs); // rule 8
    }
    phaseMs[process] = IDLE;
    return NONE;
  }

  /** The process has ended: its timers are gone; returns their tokens. */
  function abandon(process: number): number[] {
    const lost: number[] = [];
    for (let token = first[process]!; token !== NONE; token = after[token]!) lost.push(token);
    first[process] = NONE;
    last[process] = NONE;
    uvDueMs[process] = Infinity;
    phaseMs[process] = IDLE;
    return lost;
  }

  return { set, clear, isDue, enterPhase, takeDue, abandon };
}
