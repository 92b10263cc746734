import { visible } from '../../fixtures/words.ts';

/** A message for the person, on stderr. */
export function complain(message: string): void {
  const lines = message.split('\n').map(visible);
  process.stderr.write(`mailsim: ${lines.join('\n')}\n`);
}

/** What went wrong, in the system's words. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the system says is wrong, without its code, its call and its path: 'no space left on device'. */
export function systemReason(error: unknown): string {
  const message = reason(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
