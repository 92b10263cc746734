import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { InputFault } from '../fixtures/input-error.ts';
import { readJsonFile } from '../fixtures/json.ts';
import { type Difference, differences } from '../fixtures/paths.ts';
import { checkScenario } from '../fixtures/scenario.ts';
import { rateSchema, type Scenario } from '../fixtures/schema.ts';
import type { Point } from '../sim/experiments/point.ts';

/** A run of the real service, as `mailsim load --format json` recorded it. */
export interface MeasuredRun {
  readonly file: string;
  readonly scenario: Scenario;
  readonly stretch: number;
  /** Whether the database took the scenario's times or its own. */
  readonly database: 'emulated' | 'real';
  /** There was no CPU to spare: the figures are the machine's. */
  readonly void: boolean;
  readonly point: MeasuredFigures;
}

/** The figures of it that are drawn. */
export type MeasuredFigures = Pick<Point, 'ratePerSecond' | 'rejectionRate' | 'poolUtilisation' | 'databaseUtilisation'>;

const shareOrNull = Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]);
const widthOrNull = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);
const estimate = Type.Object({ mean: Type.Number({ minimum: 0, maximum: 1 }), halfWidth: widthOrNull });
const documentSchema = Type.Object({
  command: Type.Literal('load'),
  scenario: Type.Unknown(),
  stretch: Type.Number({ minimum: 1, maximum: 1000 }),
  database: Type.Union([Type.Literal('emulated'), Type.Literal('real')]),
  void: Type.Boolean(),
  points: Type.Array(
    Type.Object({
      ratePerSecond: rateSchema,
      rejectionRate: Type.Object({ mean: shareOrNull, halfWidth: widthOrNull, lower: Type.Optional(shareOrNull), upper: widthOrNull }),
      poolUtilisation: estimate,
      databaseUtilisation: estimate,
    }),
    { minItems: 1, maxItems: 1000 },
  ),
});

/** The runs that files, and all JSON files of folders, hold; with a fault for each that is no such record. */
export function readMeasured(paths: readonly string[]): { readonly runs: MeasuredRun[]; readonly faults: InputFault[] } {
  const runs: MeasuredRun[] = [];
  const faults: InputFault[] = [];
  for (const file of paths.flatMap(filesAt)) {
    const reading = readJsonFile(file, file);
    if ('fault' in reading) {
      faults.push({ ...reading.fault, path: `--measured ${reading.fault.path}` });
    } else if (!Value.Check(documentSchema, reading.value)) {
      faults.push({ path: `--measured ${file}`, found: kindOf(reading.value), allowed: 'what `mailsim load --format json` prints' });
    } else {
      const { stretch, database, void: isVoid, points } = reading.value;
      const checked = checkScenario(reading.value.scenario);
      if ('faults' in checked) {
        faults.push(...checked.faults.map((fault) => ({ ...fault, path: `--measured ${file}, scenario.${fault.path}` })));
      } else {
        const { scenario } = checked;
        runs.push(...points.map((point) => ({ file, scenario, stretch, database, void: isVoid, point: asMeasured(point) })));
      }
    }
  }
  return { runs, faults };
}

/** Where nothing arrived the record has no 503 rate, and a point one of 0 without a bound. */
function asMeasured(point: Static<typeof documentSchema>['points'][number]): MeasuredFigures {
  const { rejectionRate } = point;
  return { ...point, rejectionRate: { ...rejectionRate, mean: rejectionRate.mean ?? 0, lower: rejectionRate.lower ?? null } };
}

function filesAt(path: string): string[] {
  try {
    const files = readdirSync(path).filter((name) => name.endsWith('.json'));
    return files.sort().map((name) => join(path, name));
  } catch {
    return [path]; // a file, or what cannot be read: reading it says why
  }
}

function kindOf(value: unknown): string {
  const { command } = (value ?? {}) as { readonly command?: unknown };
  if (command === 'load') return 'a record of another version, or one that is damaged';
  return typeof command === 'string' ? `a result of \`mailsim ${command}\`` : 'something else';
}

/** Why a run says nothing of the service that a scenario describes; null where it does. */
export function misfit(run: MeasuredRun, scenario: Scenario): string | null {
  if (run.void) return 'void: the machine had no CPU to spare';
  if (run.database === 'real') return "its database took its own times, not the scenario's";
  const [first, ...others] = serviceDifferences(run.scenario, scenario);
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `its ${first.path} is ${first.one || 'not there'}, here ${first.other || 'not there'}${more}`;
}

/**
 * In what two scenarios are different services. The rate is the run's own; names and sources say nothing; how long was measured changes
 * the interval alone; and the costs of callbacks are what the model assumes, while the service has those that it has.
 */
function serviceDifferences(measured: Scenario, scenario: Scenario): Difference[] {
  const service = ({ name, description, run, arrivals, pods, smtp, ...others }: Scenario) => ({
    ...others,
    arrivals: { ...arrivals, ratePerSecond: null },
    pods: { ...pods, eventLoop: null },
    smtp: { ...smtp, isps: smtp.isps.map((isp) => ({ ...isp, source: null })) },
  });
  return differences(service(measured), service(scenario));
}
