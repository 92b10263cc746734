import { isDeepStrictEqual } from 'node:util';
import { InputError, type InputFault } from '../../fixtures/input-error.ts';
import { nearest } from '../../fixtures/words.ts';
import { type Options, type RawOptions, readOptions } from '../commands/options.ts';

/** What is simulated, with what came before and, where that was undone, after it. */
export interface Parameters {
  readonly past: readonly Options[];
  readonly present: Options;
  readonly future: readonly Options[];
}

/** Options as they would be read from a command line, or all that is wrong with them. */
export function tryOptions(raw: RawOptions): Options | readonly InputFault[] {
  try {
    return readOptions(raw);
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
}

export function isFaulty(read: Options | readonly InputFault[]): read is readonly InputFault[] {
  return Array.isArray(read);
}

/** The options with one setting more, `path=value`; an earlier one of the same path is left out where that makes no difference. */
export function withSetting({ raw }: Options, setting: string): Options | readonly InputFault[] {
  const set = raw.set ?? [];
  const path = setting.split('=')[0];
  const without = set.filter((earlier) => earlier.split('=')[0] !== path);
  const all = tryOptions({ ...raw, set: [...set, setting] });
  if (without.length === set.length || isFaulty(all)) return all;
  const shorter = tryOptions({ ...raw, set: [...without, setting] });
  return !isFaulty(shorter) && isDeepStrictEqual(shorter.scenario, all.scenario) ? shorter : all;
}

export const UNKNOWN_OPTION = 'no option that can be set here';

/** The options with another value of one of those that a sweep on the command line takes. */
export function withOption({ raw }: Options, name: string, value: string): Options | readonly InputFault[] {
  if (!CHANGEABLE.some((known) => known === name)) {
    const near = nearest(name, CHANGEABLE);
    const allowed = `${near === undefined ? '' : `--${near}? (`}${CHANGEABLE.map((known) => `--${known}`).join(' ')}${near === undefined ? '' : ')'}`;
    return [{ path: `--${name}`, found: UNKNOWN_OPTION, allowed }];
  }
  if (name === 'set') return [{ path: '--set', found: 'nothing', allowed: 'path=value' }];
  const { precision, replications, ...others } = raw; // of these two, both of which say how often a rate is simulated, the latest counts
  return tryOptions({ ...(name === 'precision' || name === 'replications' ? others : raw), [name]: value });
}

/** A fault in words; of what a person gave only so much that a row has room for it. */
export function faultWords({ path, found, allowed }: InputFault): string {
  const quoted = found.startsWith('"') && found.length > LONGEST_QUOTE ? `${found.slice(0, LONGEST_QUOTE - 1)}…` : found;
  return `${path}: found ${quoted}, allowed: ${allowed}`;
}

const LONGEST_QUOTE = 40;

/** Whether two sweeps give the same figures. */
export function isSame(one: Options, other: Options): boolean {
  return isDeepStrictEqual(simulated(one), simulated(other));
}

function simulated({ scenario, seed, rates, effort, limit }: Options) {
  return { scenario, seed, rates, effort, limit: limit.text };
}

/** The very same parameters where the next ones change nothing. */
export function change(parameters: Parameters, next: Options): Parameters {
  const { past, present } = parameters;
  return isSame(present, next) ? parameters : { past: [...past, present], present: next, future: [] };
}

/** Null where there is nothing to undo. */
export function undo({ past, present, future }: Parameters): Parameters | null {
  const before = past.at(-1);
  return before === undefined ? null : { past: past.slice(0, -1), present: before, future: [present, ...future] };
}

/** Null where there is nothing to redo. */
export function redo({ past, present, future: [after, ...later] }: Parameters): Parameters | null {
  return after === undefined ? null : { past: [...past, present], present: after, future: later };
}

/** The options that a sweep on the command line takes, in the order in which `commandLine` writes them. */
const WRITTEN = ['scenario', 'set', 'seed', 'rates', 'replications', 'precision', 'limit'] as const;

/** Those that can be set while the app is open. */
const CHANGEABLE: readonly string[] = [...WRITTEN, 'warmup', 'measure'];

/** The same for one run. */
const WRITTEN_FOR_RUN = ['scenario', 'set', 'seed', 'rate'] as const;

/** What a person types for the same sweep, or the same run; what is the default is left out. */
export function commandLine(raw: RawOptions, defaults: RawOptions, command: 'sweep' | 'run' = 'sweep'): string {
  const words = (command === 'sweep' ? WRITTEN : WRITTEN_FOR_RUN).flatMap((name) => {
    const value = raw[name];
    if (value === undefined || value === defaults[name]) return [];
    const values = typeof value === 'string' ? [value] : value;
    return values.flatMap((each) => [`--${name}`, quoted(each)]);
  });
  return ['mailsim', command, ...words].join(' ');
}

/** A word as a shell takes it for itself. */
export function quoted(word: string): string {
  return /^[\w./:,=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
