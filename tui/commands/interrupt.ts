/** Exit code of a command that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Does work that Ctrl-C ends early: the first one asks it to stop, a second one ends the process at once. */
export async function untilInterrupted<Result>(work: () => Promise<Result>, stop: () => void): Promise<Result> {
  const interrupt = () => {
    process.exitCode = INTERRUPTED;
    process.once('SIGINT', () => process.exit(INTERRUPTED));
    stop();
  };
  process.once('SIGINT', interrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupt);
  }
}
