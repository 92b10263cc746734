import type { SettablePath } from '../../fixtures/paths.ts';
import type { Options } from '../commands/options.ts';
import type { EditState } from './edit-state.ts';
import { isOption, scenarioDescription } from './settables.ts';
import { type TypedOption, typedOptions } from './typed-options.ts';

/** What can be chosen at the prompt: a path, or once there is one, a value of it. */
export interface Candidate extends SettablePath {
  /** What the prompt holds when it is taken, */
  readonly text: string;
  /** and what of that is new. */
  readonly label: string;
  /** Of a value, whether it is the present one. */
  readonly isPresent: boolean;
}

export function candidates(state: EditState): readonly Candidate[] {
  const { paths, recent, onlyRecent } = state;
  const setting = settingOf(state);
  if (setting !== null) {
    const known = paths.find(({ path }) => path === setting.path);
    const values = known?.choices.filter((choice) => choice.startsWith(setting.value)) ?? [];
    return values.map((value) => {
      const label = isOption(setting.path) ? value : `${setting.path}=${value}`;
      const description = setting.path === '--scenario' ? scenarioDescription(value) : known!.description;
      return { ...known!, description, label, text: beginning(state, setting.path) + value, isPresent: value === known!.now };
    });
  }
  const { word, settingOnly } = lastOf(state);
  const fit = paths.filter(({ path }) => !(settingOnly && isOption(path)));
  const offered = onlyRecent ? recent.flatMap((path) => fit.find((known) => known.path === path) ?? []) : ranked(fit);
  const sought = asOffered(word.trim(), state.options).toLowerCase();
  const found = offered.map((known) => ({ known, rank: rankOf(known.path.toLowerCase(), sought) })).sort((a, b) => a.rank - b.rank);
  const most = (found[0]?.rank ?? Infinity) < SCATTERED ? SCATTERED - 1 : SCATTERED;
  return found.filter(({ rank }) => rank <= most).map(({ known }) => pathCandidate(known, beginning(state, known.path)));
}

function pathCandidate(known: SettablePath, text: string): Candidate {
  return { ...known, label: known.path, text, isPresent: false };
}

/** What is changed most stands first: the service, then the world around it, then how it is measured. */
const FIRST = [
  'pods.count',
  'pods.workers',
  'pods.queueCapacity',
  'database',
  'smtp.timeoutMs',
  'balancer',
  'smtp',
  '--scenario',
  '--rates',
  'arrivals',
  'faults',
  'pods',
  'run',
];

function ranked(paths: readonly SettablePath[]): SettablePath[] {
  const place = ({ path }: SettablePath) => {
    const found = FIRST.findIndex((first) => path === first || path.startsWith(`${first}.`));
    return found < 0 ? FIRST.length : found;
  };
  return paths.toSorted((a, b) => place(a) - place(b));
}

const SCATTERED = 3;

/** How well a path goes with what was typed: it begins so, a part of it does, it has it in it, or at least its letters in that order. */
function rankOf(path: string, word: string): number {
  if (path.startsWith(word)) return 0;
  if (path.includes(`.${word}`)) return 1;
  if (path.includes(word)) return 2;
  let at = -1;
  for (const letter of word) {
    at = path.indexOf(letter, at + 1);
    if (at < 0) return Infinity;
  }
  return SCATTERED;
}

/** Which of the candidates is marked: the one that was chosen; else of values the present one, so that Enter alone changes nothing. */
export function marked(state: EditState): number {
  if (state.choice !== null) return state.choice;
  if (settingOf(state)?.value !== '') return 0;
  const present = candidates(state).findIndex(({ isPresent }) => isPresent);
  return Math.max(0, present);
}

/** The candidate that is chosen; where a value is typed that needs no choosing, the path that it is for. */
export function chosen(state: EditState): Candidate | undefined {
  const setting = settingOf(state);
  const known = state.paths.find(({ path }) => path === setting?.path);
  return candidates(state)[marked(state)] ?? (known && pathCandidate(known, state.text));
}

/** What is typed when the chosen one is taken. */
export function completed(state: EditState): string {
  return chosen(state)?.text ?? state.text;
}

/** The option that is being typed: what stands before it, and the word of it that can be completed. */
interface LastOption {
  readonly option: TypedOption;
  /** Before the word. */
  readonly prefix: string;
  /** The name of an option, a path, or a path and its value. */
  readonly word: string;
  /** Whether only a path goes there, since `--set` was typed. */
  readonly settingOnly: boolean;
}

export function lastOf({ text }: EditState): LastOption {
  const option = typedOptions(text).at(-1)!;
  const isSetting = option.name === 'set' && option.value !== null;
  const from = isSetting ? option.valueFrom : option.from;
  const word = isSetting ? option.value! : text.slice(from);
  return { option, prefix: text.slice(0, from), word, settingOnly: isSetting && option.valueFrom > 0 };
}

/** What is typed when a path is chosen, up to its value. */
export function beginning(state: EditState, path: string): string {
  return `${lastOf(state).prefix}${path}${isOption(path) ? ' ' : '='}`;
}

export interface Setting {
  /** Or the name of an option, with dashes. */
  readonly path: string;
  readonly value: string;
}

/** What was typed last as path and value; null where it is not that far. */
export function settingOf(state: EditState): Setting | null {
  return settingFrom(lastOf(state).option, state);
}

/** The same of one of the options that were typed. */
export function settingFrom({ name, value }: TypedOption, { options }: EditState): Setting | null {
  if (value === null) return null;
  if (name !== 'set') return { path: `--${name}`, value: value.trim() };
  const [, path, assigned] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(value) ?? [];
  return path === undefined || assigned === undefined ? null : { path: asOffered(path, options), value: assigned.trim() };
}

/** A path as it is offered: ISPs, the only entries that have names, by these instead of by their index. */
export function asOffered(path: string, { scenario }: Options): string {
  return path.replace(/^smtp\.isps\.(\d+)(?=\.|$)/, (_, index: string) => `smtp.isps.${scenario.smtp.isps[Number(index)]?.name ?? index}`);
}
