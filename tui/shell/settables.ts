import { type SettablePath, settablePaths } from '../../fixtures/paths.ts';
import { readScenario, scenarioNames } from '../../fixtures/scenario.ts';
import { DEFAULT_LIMIT } from '../../sim/experiments/limit.ts';
import { DEFAULT_SEED, type Options, type RawOptions } from '../commands/options.ts';

/** What a sweep sets itself, to each of its rates. */
export const SWEPT = 'arrivals.ratePerSecond';

/** What can be set at the prompt: the fields of the scenario by their paths, and options of a sweep by their names, with dashes. */
export function settables(options: Options, defaults: RawOptions): SettablePath[] {
  const { raw, scenario, seed, limit } = options;
  const option = (name: keyof RawOptions, now: string, byDefault: string | null, allowed: string, description: string): SettablePath => ({
    path: `--${name}`,
    now,
    byDefault,
    allowed,
    choices: name === 'scenario' ? scenarioNames() : [],
    description,
  });
  const text = (name: 'scenario' | 'rates') => raw[name] ?? defaults[name] ?? '';
  return [
    ...settablePaths(scenario).filter(({ path }) => path !== SWEPT),
    option(
      'scenario',
      text('scenario'),
      defaults.scenario ?? null,
      'a bundled one, or a file',
      'Another scenario; what was set stays set.',
    ),
    option('rates', text('rates'), defaults.rates ?? null, '100..1400:100 or 100,200', 'The rates to simulate, requests per second.'),
    option('seed', `${seed}`, `${DEFAULT_SEED}`, 'a whole number', 'The seed of all random streams.'),
    option('precision', raw.precision ?? '1', '1', 'a number above 0', 'Half-widths wanted, as a factor of the default ones.'),
    option('replications', raw.replications ?? '', null, '1 to 10000', 'Runs a rate, instead of as many as the precision takes.'),
    option('limit', limit.text, DEFAULT_LIMIT, 'a figure<=a number', 'Where it is crossed the knee is.'),
  ];
}

export const isOption = (path: string): boolean => path.startsWith('-');

const descriptions = new Map<string, string>();

/** What a bundled scenario says of itself; '' where it says nothing. */
export function scenarioDescription(name: string): string {
  let description = descriptions.get(name);
  if (description === undefined) {
    const read = readScenario({ scenario: name });
    description = ('scenario' in read && read.scenario.description) || '';
    descriptions.set(name, description);
  }
  return description;
}
