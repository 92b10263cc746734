import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { InputError } from '../../fixtures/input-error.ts';
import { schemaFaults } from '../../fixtures/schema-faults.ts';

/** What a child process runs. */
export interface Running {
  /** Where it listens; the parent is told, and by that knows that it is ready. */
  readonly listening: unknown;
  /** Answers what the parent asks. What it throws, the parent is told. */
  answer?(question: unknown): unknown;
  stop(): unknown;
}

/** From the parent: the options first, then questions. */
export type ToChild = { readonly options: unknown } | { readonly id: number; readonly question: unknown };

/** From the child: that it listens, then answers. */
export type ToParent =
  | { readonly listening: unknown }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string };

const BAD_INPUT = 2; // exit code, as on the command line
const STOPPED_LATE_MS = 5000;

/**
 * Makes this process the child of the harness: validates the options that come first, starts, says where it listens, answers questions, and
 * stops on SIGTERM or when the parent is gone, so that nothing is left behind whatever happens to the parent. Ctrl-C in a terminal reaches
 * the whole process group; the parent decides what it means.
 */
export function runChild<Schema extends TSchema>(schema: Schema, start: (options: Static<Schema>) => Promise<Running>): void {
  if (!process.connected) throw new Error('this program is started by the harness (reference/harness/processes.ts)');
  process.on('SIGINT', () => {});
  let stop = (): unknown => undefined;
  const leave = once(async () => {
    setTimeout(() => process.exit(1), STOPPED_LATE_MS).unref();
    await stop();
    process.exit(0);
  });
  process.on('SIGTERM', leave);
  process.on('disconnect', leave);
  process.once('message', async (first: { options: unknown }) => {
    try {
      const running = await start(validated(schema, first.options));
      stop = () => running.stop();
      process.on('message', (message: { id: number; question: unknown }) => answer(running, message));
      tell({ listening: running.listening });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      process.stderr.write(`${error.message}\n`, () => process.exit(BAD_INPUT));
    }
  });
}

/** Options with their defaults filled in. Throws an InputError that lists every fault. */
export function validated<Schema extends TSchema>(schema: Schema, options: unknown): Static<Schema> {
  const filled = Value.Default(schema, structuredClone(options));
  const faults = schemaFaults(schema, filled);
  if (faults.length > 0) throw new InputError(faults);
  return filled as Static<Schema>;
}

async function answer(running: Running, { id, question }: { id: number; question: unknown }): Promise<void> {
  try {
    tell({ id, answer: await running.answer?.(question) });
  } catch (error) {
    tell({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

/** A parent that is gone hears nothing; `disconnect` ends this process. */
function tell(message: ToParent): void {
  if (process.connected) process.send!(message, () => {});
}

function once(work: () => Promise<void>): () => void {
  let begun = false;
  return () => {
    if (!begun) void work();
    begun = true;
  };
}
