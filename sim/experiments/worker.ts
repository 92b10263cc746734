import { Piscina } from 'piscina';
import type { Scenario } from '../../fixtures/schema.ts';
import { finish, prepare, type RunResult, type RunTask } from './simulate.ts';

// A module that awaits is imported. Any other Piscina takes by `require`, and Node aborts where a thread is terminated in the midst of that.
await null;
const run = prepare(Piscina.workerData as Scenario);

/** Makes one run of this thread's scenario. */
export default (task: RunTask): RunResult => finish(run(task));
