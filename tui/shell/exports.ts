import { exportInside } from '../screens/inside-export.ts';
import { injectedFaults, nowMs } from '../screens/inside-state.ts';
import { rateText } from '../screens/rate.ts';
import { exportSweep } from '../screens/sweep-export.ts';
import type { AppState } from './app-state.ts';
import type { ExportFormat } from './export-state.ts';
import { commandLine } from './parameters.ts';

/** What to type for what is on the screen. Injected faults are what they are in a scenario: entries of its list. */
export function commandOf({ parameters, defaults, inside }: AppState): string {
  const { raw } = parameters.present;
  if (inside === null) return commandLine(raw, defaults);
  const injected = injectedFaults(inside);
  const { measureMs, warmup } = inside.scenario.run;
  const isStated = warmup !== 'auto' && warmup > 0; // which a run with faults does not have
  const faults = injected.length === 0 ? [] : [...(isStated ? ['run.warmup=auto'] : []), `faults=${JSON.stringify(inside.wish.faults)}`];
  const { set, ...others } = raw;
  const seenMs = Math.max(nowMs(inside), ...injected.map(({ atMs }) => atMs + 1));
  const longer = seenMs > measureMs ? [`run.measureMs=${1000 * Math.ceil(seenMs / 1000)}`] : []; // what was seen is in the run
  return commandLine({ ...others, set: [...(set ?? []), ...longer, ...faults], rate: `${inside.ratePerSecond}` }, defaults, 'run');
}

/** What is on the screen as a text to be carried away, and a name for its file, without an ending. */
export function exportOf(state: AppState, format: ExportFormat): { readonly name: string; readonly text: string } {
  const { inside, sweep } = state;
  const command = commandOf(state);
  const name = `mailsim-${sweep.scenario.name.replaceAll(/[^\w.-]+/g, '-')}-${sweep.plan.seed}`;
  if (inside === null) return { name, text: exportSweep(sweep, format, command) };
  return { name: `${name}-inside-${rateText(inside.ratePerSecond)}`, text: exportInside(inside, format, command) };
}
