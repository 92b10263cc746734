import { statSync } from 'node:fs';
import type { InputFault } from '../../fixtures/input-error.ts';
import type { Options } from '../commands/options.ts';
import { asOffered, candidates, lastOf, marked, type Setting, settingFrom, settingOf } from './candidates.ts';
import type { EditState } from './edit-state.ts';
import { isFaulty, UNKNOWN_OPTION, withOption, withSetting } from './parameters.ts';
import { isOption, SWEPT } from './settables.ts';
import { lineOf } from './typed-line.ts';
import { typedOptions } from './typed-options.ts';

/** What Enter would set, and the options with it or all that is wrong with it. */
export interface Judgement {
  readonly settings: readonly Setting[];
  readonly verdict: Options | readonly InputFault[];
}

const judgements = new WeakMap<EditState, Judgement | null>(); // judging reads files: once a key, not once a frame

/** Null while nothing is to be judged. */
export function judgementOf(state: EditState): Judgement | null {
  if (!judgements.has(state)) judgements.set(state, judge(state));
  return judgements.get(state)!;
}

/** What was typed, if it is fit and nothing was chosen with the arrows; else the value that is marked. A path that leads nowhere is told at once. */
function judge(state: EditState): Judgement | null {
  const { options, onlyRecent, choice } = state;
  const before = settingsBefore(state);
  const offered = candidates(state)[marked(state)];
  const setting = settingOf(state);
  if (setting === null) {
    if (offered !== undefined || onlyRecent || state.text.trim() === '--set') return null;
    return judged(options, [...before, { path: asOffered(lastOf(state).word.trim(), options), value: '' }]);
  }
  const typed = judged(options, [...before, setting]);
  if (offered === undefined || (choice === null && typed !== null && !isFaulty(typed.verdict))) return typed;
  return judged(options, [...before, settingOf({ ...state, ...lineOf(offered.text) })!]);
}

/** What was typed before the last option. */
function settingsBefore(state: EditState): Setting[] {
  return typedOptions(state.text)
    .slice(0, -1)
    .map((option) => settingFrom(option, state) ?? { path: option.value?.trim() || `--${option.name}`, value: '' });
}

/** One setting after the other. Of a last value that is still to come only the path is judged. */
function judged(options: Options, settings: readonly Setting[]): Judgement | null {
  const faults: InputFault[] = [];
  let present = options;
  const isToCome = settings.at(-1)!.value === '';
  for (const [i, { path, value }] of settings.entries()) {
    const words = `--set ${path}=${value}`;
    const read = applied(present, path, value);
    if (!isFaulty(read)) {
      present = read;
      continue;
    }
    const isLast = i === settings.length - 1;
    const ofPath = read.filter((fault) => fault.path.startsWith(words) || fault.found === UNKNOWN_OPTION);
    faults.push(...(isLast && isToCome ? ofPath : read).map((fault) => ({ ...fault, path: fault.path.replace(words, () => path) })));
  }
  if (faults.length > 0) return { settings, verdict: faults };
  return isToCome ? null : { settings, verdict: present };
}

/** The options with a setting, or what is wrong with it. */
function applied(options: Options, path: string, value: string): Options | readonly InputFault[] {
  if (neverEnds(value)) return [{ path, found: `${value}, for which the screen would have to wait`, allowed: 'a plain file' }];
  if (isOption(path)) return withOption(options, path.replace(/^-+/, ''), value);
  if (path === SWEPT) return [{ path: `--set ${path}=${value}`, found: 'a field that the sweep sets', allowed: 'any other field' }];
  return withSetting(options, `${path}=${value}`);
}

/** Whether a value names a pipe or a device: reading one may last for ever, and typing it reads it. */
function neverEnds(value: string): boolean {
  try {
    const file = statSync(value);
    return !file.isFile() && !file.isDirectory();
  } catch {
    return false; // there is none
  }
}
