import Type, { type Static } from 'typebox';
import { InputError, type InputFault } from '../../fixtures/input-error.ts';
import { parseJson } from '../../fixtures/json.ts';
import { checkScenario } from '../../fixtures/scenario.ts';
import { rateSchema, type Scenario, seedSchema, timeSchema } from '../../fixtures/schema.ts';
import { isRecord, schemaFaults } from '../../fixtures/schema-faults.ts';
import { shortened } from '../../fixtures/words.ts';
import { type Line, lineFault, lineOf } from './ndjson.ts';
import { KINDS, REPLIES, type Workload } from './workload.ts';

/**
 * A plan is a run, written down as NDJSON: a head line with all that the run is made of, a line for each request up to its end, and a last
 * line with their number. Without that line it was cut off, and is no plan.
 */
export interface PlanHead {
  readonly seed: number;
  readonly ratePerSecond: number;
  /** What is left out at the start, and by which rule (`Warmup`). */
  readonly warmup: Static<typeof warmupSchema>;
  readonly scenario: Scenario;
}

export interface Plan {
  readonly head: PlanHead;
  /** Serves the plan's requests, whatever seed and rate it is restarted with; it throws an InputError at what is no part of a plan. */
  readonly workload: Workload;
}

const VERSION = 1;

const warmupSchema = Type.Object(
  {
    ms: timeSchema,
    rule: Type.Union([
      Type.Literal('given'),
      Type.Literal('floor'),
      Type.Literal('MSER-5'),
      Type.Literal('MSER-5 at its bound'),
      Type.Literal('transient'),
    ]),
  },
  { additionalProperties: false },
);

const headSchema = Type.Object(
  { plan: Type.Literal(VERSION), seed: seedSchema, ratePerSecond: rateSchema, warmup: warmupSchema, scenario: Type.Unknown() },
  { additionalProperties: false },
);

const endOf = ({ warmup, scenario }: PlanHead): number => warmup.ms + scenario.run.measureMs;
const ispsOf = ({ scenario }: PlanHead): readonly string[] => scenario.smtp.isps.map(({ name }) => name);

/** The lines of a plan, without their ends. The workload must have been restarted. */
export function* writePlan(head: PlanHead, workload: Workload): Generator<string> {
  yield JSON.stringify({ plan: VERSION, ...head });
  const [endMs, isps] = [endOf(head), ispsOf(head)];
  let requests = 0;
  for (let row = workload.next(); workload.atMs[row]! <= endMs; row = workload.next()) {
    yield JSON.stringify(lineOf(workload, row, isps));
    requests++;
  }
  yield JSON.stringify({ requests });
}

/**
 * Reads a plan line by line, as its requests are asked for, in the memory of a few lines. The head is read at once.
 *
 * @param open gives the lines from the first; again, for a workload that is restarted
 * @param name what the person calls it
 */
export function readPlan(open: () => Iterable<string>, name: string): Plan {
  let lines = open()[Symbol.iterator]();
  const head = readHead(lines, name);
  let fresh = true;
  let requests = readRequests(lines, head, name);
  const isps = ispsOf(head);
  const column = () => new Float64Array(1); // one request at a time
  const workload = {
    ...{ atMs: column(), smtpMs: column(), throttle: column(), asksFor: column() },
    ...{ kind: new Uint8Array(1), isp: new Uint8Array(1), reply: new Uint8Array(1) },
    next() {
      const { value: line, done } = requests.next();
      if (done) {
        workload.atMs[0] = Infinity;
        return 0;
      }
      workload.atMs[0] = line.atMs;
      workload.kind[0] = KINDS.indexOf(line.kind);
      if (line.kind === 'status') {
        workload.asksFor[0] = line.asksFor ?? -1;
      } else {
        workload.isp[0] = isps.indexOf(line.isp);
        workload.smtpMs[0] = line.smtpMs;
        workload.reply[0] = REPLIES.indexOf(line.reply);
        workload.throttle[0] = line.throttle;
      }
      return 0;
    },
    restart() {
      if (!fresh) {
        lines = open()[Symbol.iterator]();
        lines.next(); // the head, which is known
        requests = readRequests(lines, head, name);
      }
      fresh = false;
    },
  };
  return { head, workload };
}

function readHead(lines: Iterator<string>, name: string): PlanHead {
  const path = `${name}, line 1`;
  const allowed = 'the head of a plan that `mailsim workload` wrote';
  const first = lines.next();
  if (first.done) throw new InputError([{ path, found: 'nothing', allowed }]);
  const reading = parseJson(first.value, path);
  if ('fault' in reading && first.value.startsWith('{"plan"')) throw new InputError([reading.fault]);
  if (!('value' in reading) || !isRecord(reading.value) || !('plan' in reading.value))
    throw new InputError([{ path, found: shortened(first.value), allowed }]);
  const { value } = reading;
  const scenario = checkScenario(value['scenario']);
  const faults = [...schemaFaults(headSchema, value), ...('faults' in scenario ? inScenario(scenario.faults) : [])];
  if (faults.length > 0 || 'faults' in scenario)
    throw new InputError(faults.map((fault) => ({ ...fault, path: `${path}, ${fault.path}` })));
  const { seed, ratePerSecond, warmup } = value as Static<typeof headSchema>;
  return { seed, ratePerSecond, warmup, scenario: scenario.scenario };
}

const inScenario = (faults: readonly InputFault[]) => faults.map((fault) => ({ ...fault, path: `scenario.${fault.path}` }));

const MOST_FAULTS = 20;

/** The requests of a plan, whose head has been read. Throws an InputError that lists the lines that are none: all of them, or the first 20. */
function* readRequests(lines: Iterator<string>, head: PlanHead, name: string): Generator<Line, void> {
  const [endMs, isps] = [endOf(head), ispsOf(head)];
  const faults: InputFault[] = [];
  const before = { latestMs: 0, sends: 0 };
  let number = 1;
  let requests = 0;
  let ended = false;
  const at = () => `${name}, line ${number}`;

  for (let text = read(); text !== null && faults.length < MOST_FAULTS; text = read()) {
    if (text.trim() === '') continue;
    const reading = ended ? null : parseJson(text, at());
    const value = reading !== null && 'value' in reading ? reading.value : undefined;
    if (isRecord(value) && 'requests' in value) {
      ended = true;
      if (value['requests'] !== requests || Object.keys(value).length > 1)
        faults.push({ path: at(), found: shortened(text), allowed: `{"requests":${requests}}, the number of lines between head and end` });
      continue;
    }
    const allowed = ended
      ? 'nothing after the last line of the plan'
      : value === undefined
        ? 'a request: a JSON object with each field once'
        : lineFault(value, before, endMs, isps);
    requests++;
    if (allowed !== null) {
      faults.push({ path: at(), found: shortened(text), allowed });
      continue;
    }
    const line = value as Line;
    before.latestMs = line.atMs;
    if (line.kind === 'send') before.sends++;
    if (faults.length === 0) yield line;
  }
  if (!ended && faults.length < MOST_FAULTS)
    faults.push({
      path: at(),
      found: `the end after ${requests} requests`,
      allowed: `{"requests":${requests}} as the last line of a whole plan`,
    });
  if (faults.length > 0) throw new InputError(faults);

  function read(): string | null {
    number++;
    try {
      const { value, done } = lines.next();
      return done ? null : value;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError([...faults, ...error.faults]);
    }
  }
}
