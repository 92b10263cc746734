import type { InputFault } from '../../fixtures/input-error.ts';
import { highestRate, type Scenario } from '../../fixtures/schema.ts';
import type { Options, RawOptions } from './options.ts';
import { identityOf } from './target.ts';

type Chosen = Pick<Options, 'rates' | 'effort' | 'measured' | 'format'> & { readonly scenario: Scenario | null };

/** What is wrong with options that are right each for itself. `filesRead` are those that scenario and records came from. */
export function conflicts(raw: RawOptions, chosen: Chosen, filesRead: readonly string[]): InputFault[] {
  const { effort, measured, format } = chosen;
  const several = 'replications' in effort && effort.replications > 1 ? effort.replications : null;
  const found: readonly (InputFault & { readonly wrong: boolean })[] = [
    {
      wrong: raw.replications !== undefined && raw.precision !== undefined,
      path: '--precision',
      found: 'beside --replications',
      allowed: 'one of the two: as many replications as the precision takes, or so many',
    },
    {
      wrong: measured.length > 0 && format !== 'table',
      path: '--measured',
      found: `with --format ${format}`,
      allowed: 'on the screen, or beside a table',
    },
    ...(['trace', 'workload'] as const).map((name) => ({
      wrong: raw[name] !== undefined && several !== null,
      path: `--${name}`,
      found: `${several} replications`,
      allowed: 'a single run',
    })),
  ];
  return [
    ...steppedTooHigh(raw, chosen),
    ...found.filter(({ wrong }) => wrong).map(({ wrong, ...fault }) => fault),
    ...clashes(raw, filesRead),
  ];
}

/** The rates of the options take the place of the scenario's, and its steps multiply them too. */
function steppedTooHigh(raw: RawOptions, { rates, scenario }: Chosen): InputFault[] {
  const factor = Math.max(1, ...(scenario?.arrivals.rateSteps ?? []).map((step) => step.factor));
  const highest = rates.at(-1)!;
  if (factor * highest <= highestRate) return [];
  const path = raw.rates === undefined ? '--rate' : '--rates';
  return [{ path, found: `${highest}`, allowed: `at most ${highestRate / factor}, since a rate step multiplies it` }];
}

/** A fault for each file that would be written although it is read, or is written already. */
function clashes(raw: RawOptions, filesRead: readonly string[]): InputFault[] {
  const workload = raw.workload === undefined ? [] : [raw.workload === '-' ? '/dev/stdin' : raw.workload];
  const users = new Map([...filesRead, ...workload].map((file) => [identityOf(file), 'is read']));
  return (['out', 'trace', 'log'] as const).flatMap((name) => {
    const file = raw[name];
    const identity = file === undefined ? null : identityOf(file);
    const user = identity === null ? undefined : users.get(identity);
    users.set(identity, `--${name} writes`);
    return user === undefined ? [] : [{ path: `--${name}`, found: `${JSON.stringify(file)}, which ${user}`, allowed: 'a file of its own' }];
  });
}
