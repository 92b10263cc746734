import type { Edit } from './broken-loops.ts';

/** One rule broken on purpose. */
export interface Mutation {
  readonly rule: number;
  readonly breaks: string;
  readonly edits: readonly Edit[];
}

const UV = 'uv-loop.ts';
const TIMERS = 'timers.ts';
const TASKS = 'task-queues.ts';
const IMMEDIATES = 'immediates.ts';
const LOOP = 'node-loop.ts';

function breaking(rule: number, breaks: string, ...edits: readonly Edit[]): Mutation {
  return { rule, breaks, edits };
}

const LAST_TIMERS = '      updateTime();\n      runTimers();\n    } while';
const POLL = '      poll(backendTimeoutMs());\n';

/**
 * Left out, since nobody can see it: Math.max(idleStart + ms, now + 1) in listOnTimeout. It is reached only if now - idleStart < ms, and all
 * three are whole, so idleStart + ms is at least now + 1 already.
 */
export const mutations: readonly Mutation[] = [
  breaking(1, 'no timers before the first iteration', [UV, '    runTimers();\n    do {', '    do {']),
  breaking(
    1,
    'timers before poll, not last',
    [UV, POLL, `      updateTime();\n      runTimers();\n${POLL}`],
    [UV, LAST_TIMERS, '    } while'],
  ),
  breaking(2, 'loop time not cut to ms', [UV, 'loopMs = Math.floor(nowNs / NS_PER_MS);', 'loopMs = nowNs / NS_PER_MS;']),
  breaking(2, 'loop time rounded up', [UV, 'loopMs = Math.floor(nowNs / NS_PER_MS);', 'loopMs = Math.ceil(nowNs / NS_PER_MS);']),
  breaking(3, 'poll sleeps though handles are closing', [
    UV,
    'idleHandleActive || closing.length > 0) return 0',
    'idleHandleActive) return 0',
  ]),
  breaking(3, 'poll never sleeps for a timer', [
    UV,
    'return Math.max(0, timerDueMs - loopMs);',
    'return timerDueMs === Infinity ? Infinity : 0;',
  ]),
  breaking(4, 'wake-up on the millisecond', [
    UV,
    'Math.min(fromNs + timeoutMs * NS_PER_MS',
    'Math.min((Math.floor(fromNs / NS_PER_MS) + timeoutMs) * NS_PER_MS',
  ]),
  breaking(4, 'time not read after the first epoll', [
    UV,
    '    updateTime();\n    if (batch.length === 0) {',
    '    if (batch.length === 0) {',
  ]),
  breaking(5, 'what becomes ready meanwhile joins the batch', [
    UV,
    'for (const { callback } of batch) {',
    'for (; batch.length > 0; batch = takeReady()) for (const { callback } of batch) {',
  ]),
  breaking(5, 'of equals the last asked is first', [UV, 'ready[place - 1]!.atNs > atNs', 'ready[place - 1]!.atNs >= atNs']),
  breaking(
    5,
    'in the order of asking',
    [UV, 'for (const { callback } of batch) {', 'for (const { callback } of batch.sort(byOrder)) {'],
    [UV, 'ready.splice(place, 0, { atNs, callback });', 'ready.splice(place, 0, { atNs, callback, order: asked++ });'],
    [UV, '  let closing: (', '  let asked = 0;\n  const byOrder = (a: any, b: any) => a.order - b.order;\n  let closing: ('],
  ),
  breaking(5, 'one event a poll', [UV, 'return ready.splice(0, count);', 'return ready.splice(0, Math.min(1, count));']),
  breaking(6, 'a timer armed meanwhile runs in the same phase', [UV, '    timerFired();\n  }', '    timerFired();\n    runTimers();\n  }']),
  breaking(7, 'setTimeout reads the old loop time', [TIMERS, 'uv.freshMs());\n    return timer;', 'uv.loopMs());\n    return timer;']),
  breaking(8, 'armed for the newest list', [TIMERS, 'if (expiryMs < nextExpiryMs) {', 'if (nextExpiryMs > 0) {']),
  breaking(8, 're-armed with 0', [TIMERS, 'Math.max(1, expiryMs - uv.loopMs())', 'Math.max(0, expiryMs - uv.loopMs())']),
  breaking(8, 're-armed after the last drain', [TIMERS, 'runLists(uv.freshMs());', 'runLists(uv.freshMs());\n    drain();']),
  breaking(9, 'poll sleeps though immediates are pending', [UV, '!alive() || idleHandleActive ||', '!alive() ||']),
  breaking(10, 'a delay below 1 is 0', [TIMERS, '      ms = 1;', '      ms = 0;']),
  breaking(10, 'fractions kept', [TIMERS, 'const ms = Math.trunc(delayMs);', 'const ms = delayMs;']),
  breaking(
    11,
    'a list for each timer',
    [TIMERS, 'lists.set(ms, list);', 'lists.set(-list.id, list);'],
    [TIMERS, 'if (list === lists.get(list.ms)) lists.delete(list.ms);', 'lists.delete(-list.id);'],
  ),
  breaking(11, 'last in first out', [TIMERS, 'for (const timer of list.timers) {', 'for (const timer of [...list.timers].reverse()) {']),
  breaking(12, 'time read anew for each list', [TIMERS, 'if (list.expiryMs > nowMs) {', 'if (list.expiryMs > (nowMs = uv.freshMs())) {']),
  breaking(12, 'time read anew for each timer', [
    TIMERS,
    'if (nowMs - timer.idleStart < list.ms) {',
    'if ((nowMs = uv.freshMs()) - timer.idleStart < list.ms) {',
  ]),
  breaking(12, 'a list run in part keeps its place', [TIMERS, 'list.id = ++lastListId;\n        return;', 'return;']),
  breaking(13, 'an interval counts from after its callback', [
    TIMERS,
    'insert(timer, timer.repeat, startMs);',
    'insert(timer, timer.repeat, uv.freshMs());',
  ]),
  breaking(13, 'an interval is appended before its callback', [
    TIMERS,
    'call(timer.onTimeout);\n      if (timer.idleTimeout !== NEVER_AGAIN) {\n        insert(timer, timer.repeat, startMs);\n        return;',
    'insert(timer, timer.repeat, startMs);\n      call(timer.onTimeout);\n      if (timer.idleTimeout !== NEVER_AGAIN) {\n        return;',
  ]),
  breaking(14, 'the list stays without timers', [TIMERS, 'lists.delete(list.ms);\n      }\n      dropRef();', '}\n      dropRef();']),
  breaking(14, 'the uv timer is armed anew', [
    TIMERS,
    'lists.delete(list.ms);\n      }\n      dropRef();',
    'lists.delete(list.ms);\n        nextExpiryMs = firstList()?.expiryMs ?? Infinity;\n        uv.startTimer(nextExpiryMs - uv.loopMs());\n      }\n      dropRef();',
  ]),
  breaking(
    15,
    'immediates added in check run in it',
    [IMMEDIATES, '    queue = [];\n', ''],
    [IMMEDIATES, '    drain();\n    if (pending', '    queue = [];\n    drain();\n    if (pending'],
  ),
  breaking(15, 'cleared immediates run', [IMMEDIATES, 'if (immediate.destroyed) continue;', '']),
  breaking(16, 'no drain between timers', [TIMERS, 'drain between timers\n        drain();', '']),
  breaking(16, 'no drain between lists', [TIMERS, 'drain between lists\n        drain();', '']),
  breaking(16, 'no drain between immediates', [IMMEDIATES, 'drain between immediates\n        drain();', '']),
  breaking(16, 'no drain after I/O', [LOOP, '    tasks.drain();\n  }', "    if (kind !== 'io') tasks.drain();\n  }"]),
  breaking(17, 'microtasks before ticks', [
    TASKS,
    '      runTicks();\n      runMicrotasks();',
    '      runMicrotasks();\n      runTicks();',
  ]),
  breaking(17, 'microtasks after each tick', [
    TASKS,
    "call('tick', ticks[next]!);",
    "{\n      call('tick', ticks[next]!);\n      runMicrotasks();\n    }",
  ]),
  breaking(17, 'ticks first even where there are none', [TASKS, 'if (ticks.length === 0) runMicrotasks();', '']),
  breaking(17, 'only one round', [TASKS, 'while (ticks.length > 0) {', 'if (ticks.length > 0) {']),
  breaking(18, 'an ES module starts like CommonJS', [LOOP, "format === 'module'", "(format as string) === 'none'"]),
  breaking(18, 'CommonJS starts like an ES module', [LOOP, "format === 'module'", "format !== ('none' as string)"]),
  breaking(19, 'a millisecond turns before the first timers', [
    UV,
    '    if (!alive()) return;',
    '    if (!alive()) return;\n    nowNs = Math.ceil(nowNs / NS_PER_MS) * NS_PER_MS;',
  ]),
  breaking(20, 'the first closed is first', [UV, 'closing.unshift(callback);', 'closing.push(callback);']),
  breaking(
    20,
    'close callbacks before immediates',
    [UV, '      check();\n', '      runClosing();\n      check();\n'],
    [UV, 'before timers\n      runClosing();', ''],
  ),
  breaking(
    20,
    'close callbacks after timers',
    [UV, 'before timers\n      runClosing();', ''],
    [UV, '      runTimers();\n    } while', '      runTimers();\n      runClosing();\n    } while'],
  ),
];
