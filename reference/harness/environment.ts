import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

/**
 * What the processes of the harness take over from this one's environment; all else they are told by name. Whatever the shell has set for
 * something else stays out: PGOPTIONS and PGSSLMODE out of the database, NODE_OPTIONS, NODE_ENV, UV_THREADPOOL_SIZE and proxies out of what
 * is measured.
 */
export function inherited(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'], // where `id`, `ps` and `ipcrm` are
    TMPDIR: resolve(tmpdir()),
    PGPASSWORD: '', // set, though to nothing, it keeps the client of PostgreSQL from reading ~/.pgpass
  };
}
