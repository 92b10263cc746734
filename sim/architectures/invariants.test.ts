import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ruleFaults } from '../../fixtures/rules.ts';
import type { Fault, Scenario } from '../../fixtures/schema.ts';
import type { TraceEntry } from '../metrics/trace.ts';
import { follow, type Planned, type Story, scenarioOf } from '../testing.ts';
import { ACCEPTED, DEFERRED, HANG } from '../workload/workload.ts';

vi.setConfig({ testTimeout: 60_000 });

// Small services under random faults. All times are multiples of 1/8 ms, so that instants are exact and many things happen at once.
const END_MS = 2 ** 14; // every request has left long before
const half = (max: number) => fc.nat(2 * max).map((n) => n / 2);
const isps = ['one', 'other'];

const requests = fc
  .array(
    fc.record({
      atMs: half(600),
      kind: fc.constantFrom('send' as const, 'send' as const, 'status' as const),
      isp: fc.nat(1),
      smtpMs: half(250),
      reply: fc.constantFrom(0, 0, 0, 1, 2, 3),
      throttle: fc.constantFrom(0.1, 0.3, 0.5, 0.7),
    }),
    { minLength: 1, maxLength: 90, size: 'max' },
  )
  .map((list) => list.sort((a, b) => a.atMs - b.atMs));

const when = { atMs: half(700), forMs: half(200).map((ms) => ms + 0.5) };
const isp = fc.option(fc.constantFrom(...isps), { nil: undefined });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('smtpOutage' as const), ...when, isp }),
  fc.record({ kind: fc.constant('ispSlow' as const), ...when, isp, factor: fc.constantFrom(1.5, 4) }),
  fc.record({ kind: fc.constant('ispThrottle' as const), ...when, isp, share: fc.constantFrom(0.2, 0.6, 1) }),
  fc.record({ kind: fc.constant('databaseStall' as const), ...when }),
  fc.record({ kind: fc.constant('databaseDown' as const), ...when }),
  fc.record({ kind: fc.constant('databaseSlow' as const), ...when, factor: fc.constantFrom(1.5, 4) }),
  fc.record({ kind: fc.constant('podCrash' as const), ...when, pod: fc.nat(2) }),
) as fc.Arbitrary<Fault>;

const scenario = fc
  .record({
    'pods.count': fc.integer({ min: 1, max: 3 }),
    'pods.workers': fc.integer({ min: 1, max: 4 }),
    'pods.queueCapacity': fc.nat(3),
    'balancer.policy': fc.constantFrom('roundRobin', 'leastConnections'),
    'balancer.latencyMs': fc.constantFrom(0, 1.5),
    'balancer.maxConnections': fc.integer({ min: 1, max: 25 }),
    'database.connections': fc.integer({ min: 1, max: 5 }),
    'database.connectionsPerPod': fc.integer({ min: 1, max: 3 }),
    'database.insertMs': fc.constantFrom(0, 20),
    'database.updateMs': fc.constantFrom(0, 15, 20),
    'database.selectMs': fc.constantFrom(0, 5),
    'smtp.timeoutMs': fc.constantFrom(50, 200),
    'smtp.isps': fc.constant(isps.map((name) => ({ name, share: 0.5, latencyMs: { kind: 'constant', valueMs: 1 } }))),
  })
  .chain((settings) =>
    fc.array(fault, { maxLength: 8, size: 'max' }).map((faults) => {
      const bare = scenarioOf(settings);
      const together = (list: readonly Fault[]) => ({ ...bare, faults: list.map((each) => ({ ...each })) as Fault[] });
      const allowed = (list: readonly Fault[]) => ruleFaults(together(list)).length === 0;
      const kept: Fault[] = [];
      for (const each of faults) if (allowed([...kept, each])) kept.push(each);
      return together(kept);
    }),
  );

const lasts = ({ atMs, forMs }: Fault, ms: number) => atMs <= ms && ms < atMs + forMs;
type Of<Kind> = Extract<Fault, { kind: Kind }>;
const ofKind = <Kind extends Fault['kind']>({ faults }: Scenario, kind: Kind) =>
  faults.filter((each): each is Of<Kind> => each.kind === kind);

/** The entries of each request. */
function livesIn({ trace }: Story, count: number): TraceEntry[][] {
  const lives: TraceEntry[][] = Array.from({ length: count }, () => []);
  for (const entry of trace) lives[entry.request]!.push(entry);
  return lives;
}
const find = (life: readonly TraceEntry[], moment: string, statement?: string) =>
  life.find((entry) => entry.moment === moment && (statement === undefined || entry.statement === statement));

const LETTERS: Record<string, string> = {
  arrived: 'a', queued: 'w', admitted: '(', abandoned: 'x', queryAsked: 'q', queryBegun: '[', queryDone: '', queryAnswered: '!', queryEnded: ']',
  deliveryBegun: '<', deliveryEnded: '>', released: ')', departed: '.',
}; // biome-ignore format: a table
const LIVES: Record<string, Record<string, RegExp>> = {
  send: {
    sent: /^aw?\(q\[!\]<>q\[!\]\)\.$/,
    failed: /^aw?\(q(\[!\]<>q\[!\]|\[\]|x)?\)\.$/,
    timedOut: /^aw?\(q\[!\]<>q\[!\]\)\.$/,
    unrecorded: /^aw?\(q\[!\]<>q(\[\]|x)?\)\.$/,
    aborted: /^a(wx|w?\((q(\[\]|x|\[!\](<(>(q(\[\]|x|\[!\])?)?)?)?)?)?\))?\.$/,
    rejected: /^a\.$/,
    refused: /^a\.$/,
  },
  status: {
    statusAnswered: /^aw?\(q\[!\]\)\.$/,
    failed: /^aw?\(q(\[\]|x)?\)\.$/,
    aborted: /^a(wx|w?\((q(\[\]|x|\[!\])?)?\))?\.$/,
    rejected: /^a\.$/,
    refused: /^a\.$/,
  },
};

function checkLives(story: Story, planned: readonly Planned[]): void {
  for (const [i, life] of livesIn(story, planned.length).entries()) {
    const outcome = life.at(-1)?.outcome;
    expect(life.map(({ moment }) => LETTERS[moment]).join('')).toMatch(LIVES[planned[i]!.kind!]![outcome!] ?? /^every request ends$/);
  }
}

/** Levels within their limits, and nothing idle that somebody waits for, at the end of every instant. */
function checkLevels({ trace }: Story, { pods, database, balancer, faults }: Scenario): void {
  const zeros = () => Array.from({ length: pods.count }, () => 0);
  const [busy, queue, running, asking] = [zeros(), zeros(), zeros(), zeros()];
  const state = new Map<number, string>();
  let inFlight = 0;
  for (const [i, { atMs, moment, request, pod = -1, outcome }] of trace.entries()) {
    const before = state.get(request);
    if (moment === 'arrived') inFlight++;
    if (moment === 'queued') queue[pod]!++;
    if (moment === 'admitted') {
      busy[pod]!++;
      if (before === 'queued') queue[pod]!--;
      expect(faults.some((fault) => fault.kind === 'podCrash' && fault.pod === pod && lasts(fault, atMs))).toBe(false);
    }
    if (moment === 'abandoned') (before === 'queued' ? queue : asking)[pod]!--;
    // A database that is down refuses at once; its pod has to read that, too.
    const refused = faults.some((fault) => fault.kind === 'databaseDown' && lasts(fault, atMs));
    if (moment === 'queryAsked' && !refused) asking[pod]!++;
    if (moment === 'queryBegun') {
      asking[pod]!--;
      running[pod]!++;
    }
    if (moment === 'queryEnded') running[pod]!--;
    if (moment === 'released') {
      busy[pod]!--;
    }
    if (moment === 'departed') {
      if (outcome === 'refused') expect(inFlight).toBe(balancer.maxConnections + 1);
      if (outcome === 'rejected') expect([busy[pod], queue[pod]]).toEqual([pods.workers, pods.queueCapacity]);
      inFlight--;
    }
    state.set(request, moment);

    const inAll = running.reduce((total, n) => total + n, 0);
    const atEnd = trace[i + 1]?.atMs !== atMs; // of the instant
    const wrong = [
      inAll > database.connections,
      inFlight > balancer.maxConnections + 1, // with one that is being refused
      ...busy.map((n) => n < 0 || n > pods.workers),
      ...queue.map((n, p) => n < 0 || n > pods.queueCapacity || (atEnd && n > 0 && busy[p]! < pods.workers)),
      ...running.map((n) => n < 0 || n > database.connectionsPerPod),
      ...asking.map((n, p) => n < 0 || (atEnd && n > 0 && inAll < database.connections && running[p]! < database.connectionsPerPod)),
    ];
    if (wrong.includes(true))
      expect.fail(`after ${moment} of request ${request} at ${atMs} ms: ${JSON.stringify({ busy, queue, running, asking, inFlight })}`);
  }
  expect([...busy, ...queue, ...running, ...asking, inFlight].every((level) => level === 0)).toBe(true);
}

/** Statements of a pod begin in the order in which they were asked for. */
function checkOrder({ trace }: Story, { pods }: Scenario): void {
  for (let p = 0; p < pods.count; p++) {
    const ofPod = trace.filter(({ pod }) => pod === p);
    const key = ({ request, statement }: TraceEntry) => `${request} ${statement}`;
    const begun = ofPod.filter(({ moment }) => moment === 'queryBegun').map(key);
    const asked = ofPod.filter(({ moment }) => moment === 'queryAsked').map(key);
    expect(begun).toEqual(asked.filter((each) => begun.includes(each)));
  }
}

/** Statements take their time, which a slow database stretches and a stall suspends; none begins or is answered that should not. */
function checkStatements(story: Story, scenario: Scenario, count: number): void {
  const stalls = ofKind(scenario, 'databaseStall');
  const downs = ofKind(scenario, 'databaseDown');
  for (const life of livesIn(story, count)) {
    for (const name of ['insert', 'update', 'select'] as const) {
      const [begun, answered] = [find(life, 'queryBegun', name)?.atMs, find(life, 'queryAnswered', name)?.atMs];
      if (begun !== undefined) expect(downs.some((down) => lasts(down, begun))).toBe(false);
      if (begun === undefined || answered === undefined) continue;
      expect(stalls.some((stall) => lasts(stall, answered))).toBe(false);
      expect(downs.some((down) => lasts(down, answered) || (begun < down.atMs && down.atMs <= answered))).toBe(false);
      const frozen = stalls.map(({ atMs, forMs }) => Math.max(0, Math.min(answered, atMs + forMs) - Math.max(begun, atMs)));
      const factor = ofKind(scenario, 'databaseSlow').find((slow) => lasts(slow, begun))?.factor ?? 1;
      expect(answered - begun - frozen.reduce((sum, ms) => sum + ms, 0)).toBe(scenario.database[`${name}Ms`] * factor);
    }
  }
}

/** Deliveries take what the ISP was in the mood for when they began, and end as they must. */
function checkDeliveries(story: Story, scenario: Scenario, planned: readonly Required<Planned>[]): void {
  const { timeoutMs } = scenario.smtp;
  for (const [i, life] of livesIn(story, planned.length).entries()) {
    const { isp, smtpMs, reply, throttle } = planned[i]!;
    const [begun, ended] = [find(life, 'deliveryBegun')?.atMs, find(life, 'deliveryEnded')?.atMs];
    if (begun === undefined || ended === undefined) continue;
    const now = <Kind extends 'smtpOutage' | 'ispSlow' | 'ispThrottle'>(kind: Kind) =>
      ofKind(scenario, kind).find((each) => lasts(each, begun) && ('isp' in each ? each.isp : undefined) !== isps[1 - isp]);
    const throttled = throttle < (now('ispThrottle')?.share ?? 0);
    const hangs = now('smtpOutage') !== undefined || (reply === HANG && !throttled);
    const replyMs = hangs ? Infinity : smtpMs * (now('ispSlow')?.factor ?? 1);
    expect(ended - begun).toBe(Math.min(replyMs, timeoutMs));
    const deferred = reply === DEFERRED || throttled;
    const outcome = replyMs >= timeoutMs ? 'timedOut' : reply === ACCEPTED && !deferred ? 'sent' : 'failed';
    expect([outcome, 'unrecorded', 'aborted']).toContain(life.at(-1)!.outcome);
  }
}

/** Every INSERT that was done left a row, every UPDATE that was done settled it; of a send whose pod crashed after that nobody learnt how. */
function checkRows(story: Story, count: number): void {
  const rows = { pending: 0, sent: 0, failed: 0 };
  let untold = 0;
  for (const life of livesIn(story, count)) {
    const { outcome } = life.at(-1)!;
    if (find(life, 'queryDone', 'update') && outcome === 'aborted') untold++;
    else if (find(life, 'queryDone', 'update')) rows[outcome === 'sent' ? 'sent' : 'failed']++;
    else if (find(life, 'queryDone', 'insert')) rows.pending++;
  }
  expect(story.rows.pending).toBe(rows.pending);
  expect(story.rows.sent + story.rows.failed).toBe(rows.sent + rows.failed + untold);
  expect(Math.min(story.rows.sent - rows.sent, story.rows.failed - rows.failed)).toBeGreaterThanOrEqual(0);
}

test('whatever goes wrong, levels keep their limits, every request ends once and as it must, and the books are right', () => {
  fc.assert(
    fc.property(scenario, requests, (service, planned) => {
      const story = follow(service, planned, END_MS);
      checkLives(story, planned);
      checkLevels(story, service);
      checkOrder(story, service);
      checkStatements(story, service, planned.length);
      checkDeliveries(story, service, planned);
      checkRows(story, planned.length);
    }),
    { numRuns: 400 },
  );
});

test('the same with event loops, where everything has to wait for its turn', () => {
  const cost = fc.constantFrom(0, 0.5, 4, 20).map((valueMs) => ({ kind: 'constant' as const, valueMs }));
  const names = Object.keys(scenarioOf({ 'pods.eventLoop': {} }).pods.eventLoop!.callbacks);
  const callbacks = fc.record(Object.fromEntries(names.map((name) => [name, cost])));
  fc.assert(
    fc.property(scenario, callbacks, requests, (bare, costs, planned) => {
      const { eventLoop } = scenarioOf({ 'pods.eventLoop': { callbacks: costs } }).pods;
      const service: Scenario = { ...bare, pods: { ...bare.pods, eventLoop } };
      const { trace, rows, ...story } = follow(service, planned, END_MS);
      const withoutLoop = { ...story, rows, trace: trace.filter(({ moment }) => !moment.startsWith('callback')) };
      checkLives(withoutLoop, planned);
      checkLevels(withoutLoop, service);
      checkOrder(withoutLoop, service);
      checkRows(withoutLoop, planned.length);
      checkLoops(trace, service);
    }),
    { numRuns: 400 },
  );
});

/** A loop runs one callback at a time, only what is ready, and never idles while something is. */
function checkLoops(trace: readonly TraceEntry[], { pods }: Scenario): void {
  for (let p = 0; p < pods.count; p++) {
    const ready: number[] = [];
    let running: number | null = null;
    const ofPod = trace.filter(({ pod }) => pod === p);
    for (const [i, { moment, request, atMs, outcome }] of ofPod.entries()) {
      if (moment === 'callbackReady') ready.push(request);
      if (moment === 'callbackBegan') {
        expect(running).toBeNull();
        const place = ready.indexOf(request);
        expect(place).toBeGreaterThanOrEqual(0);
        ready.splice(place, 1);
        running = request;
      }
      if (moment === 'callbackEnded') {
        expect(running).toBe(request);
        running = null;
      }
      const isHungUp = moment === 'deliveryEnded' && running !== request; // by its deadline
      const isLost = moment === 'departed' && outcome === 'aborted';
      if ((isHungUp || isLost) && ready.includes(request)) ready.splice(ready.indexOf(request), 1);
      const atEnd = ofPod[i + 1]?.atMs !== atMs; // of the instant
      if (atEnd && ready.length > 0) expect(running).not.toBeNull();
    }
    expect([ready, running]).toEqual([[], null]);
  }
}

test('after the faults, once it has drained, the service is as new', () => {
  const later = (list: readonly Planned[]) => list.map((request) => ({ ...request, atMs: request.atMs + END_MS }));
  fc.assert(
    fc.property(scenario, requests, requests, (service, during, after) => {
      const { answers } = follow(service, [...during, ...later(after)], 2 * END_MS);
      const fresh = follow({ ...service, faults: [] }, after, END_MS).answers;
      const shifted = answers.slice(during.length).map((answer) => answer?.replace(/[\d.]+$/, (ms) => `${Number(ms) - END_MS}`));
      expect(shifted).toEqual(fresh);
    }),
    { numRuns: 150 },
  );
});
