import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Options, RawOptions } from '../commands/options.ts';
import { MOST_RATES } from '../commands/parsing.ts';
import { grouped } from '../format.ts';
import { misfit } from '../measured.ts';
import { type InsideState, restartInside } from '../screens/inside-state.ts';
import { rateText } from '../screens/rate.ts';
import { ratesTowardsKnee, refinedRates, restartSweep, type Subject, type SweepState } from '../screens/sweep-state.ts';
import type { AppState } from './app-state.ts';
import { renewEdit } from './edit-state.ts';
import { change, faultWords, isFaulty, type Parameters, tryOptions } from './parameters.ts';

/** What a sweep needs of the options. */
export function subjectOf(options: Options): Subject {
  return { scenario: options.scenario, plan: options };
}

/** Adds the rates halfway to the neighbours of the one under the cursor. */
export function refine(state: AppState): AppState {
  const rates = refinedRates(state.sweep);
  if (rates.length === state.sweep.plan.rates.length) return { ...state, message: 'there is no rate to add halfway to a neighbour' };
  if (rates.length > MOST_RATES) return { ...state, message: `a sweep has at most ${grouped(MOST_RATES)} rates` };
  return withRaw(state, { rates: rates.join(',') });
}

const MOST_EXTENSIONS = 6; // to 64 times the highest rate, or a 64th of the lowest

const NO_KNEE = 'no knee';

/** A sweep that has ended without a knee goes on beyond its rates, unless that was undone. */
export function towardsKnee(state: AppState): AppState {
  const { parameters, extensions, sweep, message } = state;
  if (message?.startsWith(NO_KNEE) && sweep.outcome !== null && sweep.outcome.knee !== null) return { ...state, message: null };
  const beyond = ratesTowardsKnee(sweep);
  if (beyond.length === 0 || extensions === MOST_EXTENSIONS || parameters.future.length > 0) return state;
  const { rates } = sweep.plan;
  const all = [...new Set([...rates, ...beyond])].sort((a, b) => a - b);
  const extended = withRaw(state, { rates: all.join(',') });
  if (extended.parameters === parameters) return state; // more rates, or others, than there may be
  const where = beyond[0]! > rates[0]! ? `up to ${rateText(rates.at(-1)!)}/s` : `from ${rateText(rates[0]!)}/s on`;
  const added = `${NO_KNEE} ${where}: ${beyond.map(rateText).join(' and ')}/s are added, u takes them out`;
  const { overlay, defaults } = extended;
  const open = overlay?.kind === 'edit' ? { ...overlay, edit: renewEdit(overlay.edit, extended.parameters.present, defaults) } : overlay;
  return { ...extended, overlay: open, extensions: extensions + 1, message: added };
}

/** Other options, where they are fit to be options; else a message says why they are not. */
export function withRaw(state: AppState, raw: Partial<RawOptions>): AppState {
  const options = tryOptions({ ...state.parameters.present.raw, ...raw });
  if (isFaulty(options)) return { ...state, message: options.map(faultWords).join('; ') };
  return withParameters(state, change(state.parameters, options));
}

/** The app with other parameters, or those of before: what they concern begins again. */
export function withParameters(state: AppState, parameters: Parameters): AppState {
  const sweep = restartSweep(state.sweep, subjectOf(parameters.present));
  const { inside } = state;
  return {
    ...state,
    parameters,
    extensions: 0,
    sweep,
    inside: inside && insideWith(inside, parameters.present),
    message: misfitMessage(sweep),
  };
}

/** The run that is looked into with other options; the very same where they do not concern it. */
function insideWith(inside: InsideState, { scenario, seed }: Options): InsideState {
  if (seed === inside.seed && isDeepStrictEqual(scenario, inside.scenario)) return inside;
  return restartInside(inside, { version: inside.version, scenario, seed, ratePerSecond: inside.ratePerSecond });
}

/** Says which runs of the real service are not drawn, and why the first of them is not; null where all are. */
export function misfitMessage({ measured, scenario }: SweepState): string | null {
  const reasons = measured.flatMap((run) => {
    const reason = misfit(run, scenario);
    return reason === null ? [] : [`${basename(run.file)}: ${reason}`];
  });
  if (reasons.length === 0) return null;
  return `${reasons.length} measured ${reasons.length === 1 ? 'run is' : 'runs are'} not drawn: ${reasons[0]}`;
}
