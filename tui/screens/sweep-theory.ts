import { type ClosedForms, closedForms } from '../../sim/experiments/closed-form.ts';
import type { Curve } from '../charts/curve.ts';
import { percent } from '../format.ts';
import type { ChartName, Subject } from './sweep-state.ts';

/** What theory says of a sweep: the formulas, and their curves over its rates, in per cent. */
export interface Theory {
  readonly forms: ClosedForms;
  readonly curves: Readonly<Record<ChartName, Curve>>;
}

const LEAST_SHARE = 1e-7; // of requests: what no run would ever see

/** What theory says of a share, in per cent: of one that is next to nothing no more than that. */
export function theoryPercent(share: number): string {
  if (share === 0) return '0';
  return share < LEAST_SHARE ? `<${percent(LEAST_SHARE, 1)}` : percent(share);
}

const SAMPLES = 96; // over the rates: more than most charts have columns of dots in which it bends

const FORM_OF = { pool: 'poolUtilisation', rejection: 'rejectionRate', database: 'databaseUtilisation' } as const satisfies Record<
  ChartName,
  keyof ClosedForms
>;

const known = new WeakMap<object, Theory>(); // by plan: a hundred thousand workers take longer than a frame may

export function theoryOf({ scenario, plan }: Subject): Theory {
  const before = known.get(plan);
  if (before !== undefined) return before;
  const forms = closedForms(scenario);
  const [from, to] = [plan.rates[0] ?? 0, plan.rates.at(-1) ?? 0];
  const curve = (name: ChartName): Curve => {
    const form = forms[FORM_OF[name]];
    if (form === null) return [];
    return Array.from({ length: SAMPLES + 1 }, (_, i) => {
      const x = from + ((to - from) * i) / SAMPLES;
      const share = form.at(x);
      return share === null ? null : { x, value: 100 * share };
    });
  };
  const theory = { forms, curves: { pool: curve('pool'), rejection: curve('rejection'), database: curve('database') } };
  known.set(plan, theory);
  return theory;
}

/** What the curves of theory are called, 'near' if a formula is not exact; null if there is none. */
export function theoryName(subject: Subject): string | null {
  const { rejectionRate, poolUtilisation, databaseUtilisation } = theoryOf(subject).forms;
  const form = rejectionRate ?? poolUtilisation ?? databaseUtilisation;
  return form && `theory ${form.exact ? '' : 'near '}${form.name}`;
}
