import { writeSync } from 'node:fs';
import { type Clock, nowNs } from './clock.ts';

/** The machine's own time; the parent makes pipes readable, at instants that it is told here (real-clock-node.ts). */

export const ANNOUNCEMENTS = 3; // descriptors: the parent reads this one
export const FIRST_PIPE = 4;

export const realClock: Clock = {
  firstPipe: FIRST_PIPE,
  burn(ns) {
    const untilNs = nowNs() + ns;
    while (nowNs() < untilNs);
  },
  announce: (pipe, delayNs) => void writeSync(ANNOUNCEMENTS, `${pipe} ${nowNs() + delayNs}\n`),
  sleeps: () => null,
};
