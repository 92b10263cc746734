import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { InputError, type InputFault } from '../../fixtures/input-error.ts';
import { isDatabaseUrl, shownDatabaseUrl } from './database-url.ts';
import { type Endpoint, isLoopback, readEndpoint } from './endpoint.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What the service is told by its environment. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Of those who run the service; 0: any free port. */
  readonly operationsPort: number;
  /** This pod's name, in its logs and in the header `x-pod`. */
  readonly pod: string;
  readonly databaseUrl: string;
  readonly databaseConnections: number;
  readonly workers: number;
  /** A statement that takes longer makes this pod unhealthy. */
  readonly statementPatienceMs: number;
  /** Deadline of a whole SMTP transaction. */
  readonly smtpTimeoutMs: number;
  /** Name servers, `address` or `address:port`; none: the system's. */
  readonly dnsServers: readonly string[];
  /** The mail exchangers that the service may speak to, by their names in the DNS, and where they are. */
  readonly exchangers: ReadonlyMap<string, Endpoint>;
  /** The certificate, PEM, that STARTTLS is verified against; null: plain SMTP. */
  readonly smtpCa: string | null;
  readonly logLevel: (typeof logLevels)[number];
}

/** Reads the configuration; throws an InputError that lists every fault. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: InputFault[] = [];

  /** The variable as `parse` reads it, which yields undefined for what is not allowed. An empty variable counts as one that is not set. */
  function read<T>(
    name: string,
    byDefault: T | undefined,
    allowed: string,
    parse: (text: string) => T | undefined,
    show: (text: string) => string = JSON.stringify,
  ): T {
    const text = env[name] || undefined;
    const value = text === undefined ? byDefault : parse(text);
    if (value === undefined) faults.push({ path: name, found: text === undefined ? 'nothing' : show(text), allowed });
    return value as T; // whoever gets undefined here gets no further than the faults
  }
  const whole = (name: string, byDefault: number, minimum: number, maximum: number) =>
    read(name, byDefault, `a whole number from ${minimum} to ${maximum}`, (text) => {
      const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
      return value >= minimum && value <= maximum ? value : undefined;
    });

  const remote = read('ALLOW_REMOTE_EXCHANGERS', false, "'yes', or nothing", (text) => (text === 'yes' ? true : undefined));
  const config: Config = {
    host: read('HOST', '127.0.0.1', 'an IP address', (text) => (isIP(text) === 0 ? undefined : text)),
    port: whole('PORT', 0, 0, 65_535),
    operationsPort: whole('OPERATIONS_PORT', 0, 0, 65_535),
    pod: read('POD', hostname(), 'a name of 1 to 63 letters, digits, dots, dashes and underscores', (text) =>
      /^[\w.-]{1,63}$/.test(text) ? text : undefined,
    ),
    databaseUrl: read(
      'DATABASE_URL',
      undefined,
      'a URL, postgres://user:password@host:port/database',
      (text) => (isDatabaseUrl(text) ? text : undefined),
      shownDatabaseUrl,
    ),
    databaseConnections: whole('DATABASE_CONNECTIONS', 20, 1, 10_000),
    statementPatienceMs: whole('STATEMENT_PATIENCE_MS', 10_000, 1, 2 ** 31 - 1),
    workers: whole('WORKERS', 50, 1, 100_000),
    smtpTimeoutMs: whole('SMTP_TIMEOUT_MS', 30_000, 1, 2 ** 31 - 1),
    dnsServers: read('DNS_SERVERS', [], 'IP addresses with or without a port, 127.0.0.1:5353, with commas between them', (text) => {
      const servers = text.split(',');
      return servers.every((server) => isIP(server) !== 0 || readEndpoint(server) !== undefined) ? servers : undefined;
    }),
    exchangers: read('MAIL_EXCHANGERS', new Map(), exchangersAllowed(remote), (text) => readExchangers(text, remote)),
    smtpCa: read('SMTP_TLS', null, "'off', or the file of a CA certificate (PEM) that can be read", (text) =>
      text === 'off' ? null : readCertificate(text),
    ),
    logLevel: read('LOG_LEVEL', 'warn', logLevels.join(', '), (text) => logLevels.find((level) => level === text)),
  };
  if (faults.length > 0) throw new InputError(faults);
  return config;
}

const exchangersAllowed = (remote: boolean) =>
  `name=address:port with commas between them${remote ? '' : ', on loopback unless ALLOW_REMOTE_EXCHANGERS=yes'}`;

function readExchangers(text: string, remote: boolean): Map<string, Endpoint> | undefined {
  const entries = text.split(',').map((entry) => {
    const [name, place, ...rest] = entry.split('=');
    const endpoint = place === undefined || rest.length > 0 ? undefined : readEndpoint(place);
    return [name!.trim().toLowerCase(), endpoint] as const;
  });
  const allowed = entries.every(
    ([name, endpoint]) => /^[a-z0-9.-]+$/.test(name) && endpoint !== undefined && (remote || isLoopback(endpoint.address)),
  );
  const exchangers = new Map(entries as [string, Endpoint][]);
  return allowed && exchangers.size === entries.length ? exchangers : undefined;
}

function readCertificate(file: string): string | undefined {
  try {
    const pem = readFileSync(file, 'utf8');
    new X509Certificate(pem); // throws where it is none
    return pem;
  } catch {
    return undefined;
  }
}
