import { writeSync } from 'node:fs';
import type { Clock } from './clock.ts';

/** The commands of virtual-time.c. */

const CONTROL = 900; // descriptors, as in virtual-time.c

export const virtualClock: Clock = {
  firstPipe: 100,
  burn: (ns) => void writeSync(CONTROL, `B ${ns}`),
  announce: (pipe, delayNs) => void writeSync(CONTROL, `R ${pipe} ${delayNs}`),
  sleeps: () => writeSync(CONTROL, 'S'),
};
