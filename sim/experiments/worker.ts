import { Piscina } from 'piscina';
import type { Scenario } from '../../fixtures/schema.ts';
import { finish, prepare, type RunResult, type RunTask } from './simulate.ts';

const run = prepare(Piscina.workerData as Scenario);

/** Makes one run of this thread's scenario. */
export default (task: RunTask): RunResult => finish(run(task));
