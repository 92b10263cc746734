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
  /** Throws what is wrong with it, if something is and it answers nevertheless. */
  ping?(): unknown;
  stop(): unknown;
}

/** From the parent: the options first, then questions. */
export type ToChild = { readonly options: unknown } | { readonly id: number; readonly question: unknown };

/** From the child: that it listens, then answers. */
export type ToParent =
  | { readonly listening: unknown }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string };

/** A question that every child answers. */
export const PING = 'ping';

const BAD_INPUT = 2; // exit code, as on the command line
const STOPPED_LATE_MS = 10_000; // for whoever has no parent left that would kill it

/**
 * Makes this process the child of the harness: validates the options that come first, starts, says where it listens, answers questions, and
 * stops on SIGTERM or when the parent is gone, so that nothing is left behind whatever happens to the parent. What takes long to start may give
 * up when it is told that the process is leaving.
 */
export function runChild<Schema extends TSchema>(
  schema: Schema,
  start: (options: Static<Schema>, leaving: AbortSignal) => Promise<Running>,
): void {
  if (!process.connected) throw new Error('this program is started by the harness (reference/harness/processes.ts)');
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {}); // the parent is gone
  let started: Promise<Running> | undefined;
  const leaving = new AbortController();
  const leave = once(async () => {
    setTimeout(() => process.exit(1), STOPPED_LATE_MS).unref();
    leaving.abort();
    const running = await started?.catch(() => undefined);
    await running?.stop();
    process.exit(0);
  });
  process.on('SIGTERM', leave);
  process.on('disconnect', leave);
  process.once('message', async (first: { options: unknown }) => {
    try {
      started = start(validated(schema, first.options), leaving.signal);
      const running = await started;
      process.on('message', (message: { id: number; question: unknown }) => answer(running, message));
      tell({ listening: running.listening });
    } catch (error) {
      if (leaving.signal.aborted) return; // that is why
      const [words, code] = error instanceof InputError ? [error.message, BAD_INPUT] : [(error as Error).stack, 1];
      process.stderr.write(`${words}\n`, () => process.exit(code));
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
    tell({ id, answer: await (question === PING ? running.ping?.() : running.answer?.(question)) });
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
