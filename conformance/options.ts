import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { InputError, type InputFault } from '../fixtures/input-error.ts';

/** What the command is asked for. */
export interface Options {
  readonly task: 'compare' | 'real-clock' | 'record';
  readonly programs: number;
  /** Of the first program; the others follow. */
  readonly seed: number;
}

/** What the command needs of the machine. */
export interface Machine {
  /** Such as 24.21.0. */
  readonly node: string;
  readonly hasCompiler: boolean;
}

interface RawOptions {
  readonly programs?: string;
  readonly seed?: string;
  readonly realClock?: boolean;
  readonly record?: boolean;
}

const MOST = 1_000_000;
const PROGRAMS = { compare: 1000, 'real-clock': 200, record: 0 };
const { devDependencies } = createRequire(import.meta.url)('#package') as { devDependencies: { node: string } };

export function thisMachine(): Machine {
  return { node: process.versions.node, hasCompiler: spawnSync('gcc', ['--version']).status === 0 };
}

/** Reads what was typed; throws one InputError that lists every fault, of options and machine. */
export function readOptions(words: readonly string[], machine: Machine): Options {
  const command = new Command('conformance')
    .description('Random programs on real Node and on the model of its event loop, compared callback by callback.')
    .option('--programs <n>', `how many (default: ${PROGRAMS.compare}, on the real clock ${PROGRAMS['real-clock']})`)
    .option('--seed <n>', 'of the first program; the others follow (default: 1)')
    .option('--real-clock', "on the machine's own clock: order alone, races excluded beforehand")
    .option('--record', 'write the files of conformance/golden anew')
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .parse(words, { from: 'user' });
  const raw = command.opts<RawOptions>();
  const faults: InputFault[] = command.args.map((word) => ({
    path: word,
    found: 'an option that does not exist',
    allowed: 'the options that --help lists',
  }));

  function whole(name: string, text: string, least: number, most: number): number {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      faults.push({ path: name, found: JSON.stringify(text), allowed: `a whole number from ${least} to ${most}` });
    }
    return value;
  }

  if (raw.record && (raw.realClock || raw.programs !== undefined || raw.seed !== undefined)) {
    faults.push({ path: '--record', found: 'another option beside it', allowed: 'alone: what is recorded is fixed' });
  }
  const task = raw.record ? 'record' : raw.realClock ? 'real-clock' : 'compare';
  const programs = raw.programs === undefined ? PROGRAMS[task] : whole('--programs', raw.programs, 1, MOST);
  const seed = raw.seed === undefined ? 1 : whole('--seed', raw.seed, 0, MOST);
  if (machine.node !== devDependencies.node) {
    faults.push({ path: 'node', found: machine.node, allowed: `${devDependencies.node}, as \`npm run conformance\` takes it` });
  }
  if (task !== 'real-clock' && !machine.hasCompiler) {
    faults.push({ path: 'gcc', found: 'no such command', allowed: 'gcc on Linux, for virtual time; --real-clock needs none' });
  }
  if (faults.length > 0) throw new InputError(faults);
  return { task, programs, seed };
}
