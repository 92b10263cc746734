import { ServiceError } from '../http/errors.ts';
import type { Store } from './store.ts';

/** Real ms. */
export interface Patience {
  /** With the answer to a question of its own. */
  readonly answerMs: number;
  /** With a statement of a request, wait for a connection included. */
  readonly statementMs: number;
}

/**
 * Whether the database does what requests ask of it. Resolves if it does; rejects with database_unavailable, which says why not: a statement
 * failed and would fail again, does not come back, or no connection to it is to be had.
 */
export function createHealth(store: Store, { answerMs, statementMs }: Patience): () => Promise<void> {
  let checking: Promise<void> | undefined; // one at a time: a database that is suspended lets none go

  async function check(): Promise<void> {
    try {
      await store.probe();
    } finally {
      checking = undefined;
    }
  }

  return async () => {
    const longestMs = store.longestStatementMs();
    if (longestMs > statementMs) throw unavailable(`a statement has not come back for ${Math.floor(longestMs / 1000)} s`);
    checking ??= check();
    const timer = Promise.withResolvers<never>();
    const timeout = setTimeout(() => timer.reject(new Error(`no answer for ${answerMs / 1000} s`)), answerMs);
    try {
      await Promise.race([checking, timer.promise]);
    } catch (error) {
      const { message, code } = error as Error & { readonly code?: string };
      throw unavailable(message || code, error);
    } finally {
      clearTimeout(timeout);
    }
  };
}

const unavailable = (detail: string | undefined, cause?: unknown) => new ServiceError('database_unavailable', { detail, cause });
