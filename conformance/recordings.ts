import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { callbacksIn } from './compare.ts';
import type { Observation } from './model.ts';
import { inParallel } from './parallel.ts';
import { type Family, generate, type Program } from './program.ts';

/** What real Node did, kept so that the proof needs no compiler: full traces of the first programs of each family, digests of all. */
export interface Recordings {
  readonly node: string;
  readonly families: readonly Recording[];
}

export interface Recording extends Family {
  readonly firstSeed: number;
  /** Of each program, its callbacks and the first 12 hex digits of the SHA-256 of what was observed. */
  readonly programs: readonly (readonly [callbacks: number, digest: string])[];
  readonly full: readonly Observation[];
}

const FILE = 'conformance/golden/recordings.json';
const FULL = 20;
const DIGITS = 12;

const PLAN = [
  { io: false, module: false, firstSeed: 1, count: 600 },
  { io: true, module: false, firstSeed: 1, count: 600 },
  { io: false, module: true, firstSeed: 1, count: 100 },
  { io: true, module: true, firstSeed: 1, count: 100 },
];

export function digest(observed: Observation): string {
  return createHash('sha256')
    .update(JSON.stringify([observed.sleeps, observed.trace]))
    .digest('hex')
    .slice(0, DIGITS);
}

export function loadRecordings(): Recordings {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Recordings;
}

export function programsOf({ firstSeed, programs, io, module }: Recording): Program[] {
  return programs.map((_, at) => generate(firstSeed + at, { io, module }));
}

/** Runs the plan on real Node and writes the file anew. */
export async function record(play: (program: Program) => Promise<Observation>): Promise<void> {
  const families: Recording[] = [];
  for (const { io, module, firstSeed, count } of PLAN) {
    const observed: Observation[] = [];
    await inParallel(count, async (at) => {
      observed[at] = await play(generate(firstSeed + at, { io, module }));
    });
    const programs = observed.map((it) => [callbacksIn(it.trace), digest(it)] as const);
    families.push({ io, module, firstSeed, programs, full: observed.slice(0, FULL) });
  }
  writeFileSync(FILE, `${JSON.stringify({ node: process.version, families })}\n`);
}
