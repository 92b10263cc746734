import { differences } from '../../fixtures/paths.ts';
import { exportInside, seenRun } from '../screens/inside-export.ts';
import { injectedFaults } from '../screens/inside-state.ts';
import { rateText } from '../screens/rate.ts';
import { exportSweep } from '../screens/sweep-export.ts';
import type { AppState } from './app-state.ts';
import type { ExportFormat } from './export-state.ts';
import { commandLine } from './parameters.ts';

/** What to type for what is on the screen. Injected faults are what they are in a scenario: entries of its list. */
export function commandOf({ parameters, defaults, inside }: AppState): string {
  const { raw } = parameters.present;
  if (inside === null) return commandLine(raw, defaults);
  const { scenario, wish, ratePerSecond } = inside;
  const changes = differences(seenRun(inside), scenario.run).map(({ path, one }) => `run.${path}=${one}`);
  const faults = injectedFaults(inside).length === 0 ? [] : [`faults=${JSON.stringify(wish.faults)}`];
  const { set, ...others } = raw;
  return commandLine({ ...others, set: [...(set ?? []), ...changes, ...faults], rate: `${ratePerSecond}` }, defaults, 'run');
}

/** What is on the screen as a text to be carried away, and a name for its file, without an ending. */
export function exportOf(state: AppState, format: ExportFormat): { readonly name: string; readonly text: string } {
  const { inside, sweep } = state;
  const command = commandOf(state);
  const name = `mailsim-${sweep.scenario.name.replaceAll(/[^\w.-]+/g, '-')}-${sweep.plan.seed}`;
  if (inside === null) return { name, text: exportSweep(sweep, format, command) };
  return { name: `${name}-inside-${rateText(inside.ratePerSecond)}`, text: exportInside(inside, format, command) };
}
