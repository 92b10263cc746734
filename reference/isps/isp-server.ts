import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { SMTPServerSession } from 'smtp-server';
import type { Isp } from '../../fixtures/schema.ts';
import type { Alarm } from '../harness/alarm.ts';
import { LOOPBACK } from '../harness/loopback.ts';
import { type Counts, noCounts } from './counts.ts';
import { type Condition, changed, HEALTHY, type IspFault } from './faults.ts';
import { chosen, drawLatency } from './latency.ts';
import { PromptServer } from './prompt-server.ts';
import { directivesOf, type Reply } from './recipient.ts';

/** A certificate and its key, PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface IspServer {
  readonly port: number;
  change(fault: IspFault, begins: boolean): void;
  counts(): Counts;
  stop(): Promise<void>;
}

interface Transaction {
  /** When it began, real ms. */
  readonly beganMs: number;
  readonly condition: Condition;
  /** It got its message and will never get a reply. */
  hangs: boolean;
}

const NEVER_MS = 2 ** 31 - 1; // the longest that Node's timers can wait

/**
 * A mail server that answers as an ISP does: every message at an instant and with a reply that are found by its recipient, or else drawn from
 * the ISP's profile. The instant counts from the connection's, so that everything between, the dialogue too, is part of the delay.
 */
export async function startIspServer(isp: Isp, stretch: number, alarm: Alarm, certificate: Certificate | null): Promise<IspServer> {
  const counts = noCounts();
  const open = new Map<string, Transaction>(); // by session
  let condition = HEALTHY;

  function begin({ id }: SMTPServerSession): void {
    open.set(id, { beganMs: alarm.now(), condition, hangs: false });
    counts.begun++;
    counts.inFlight++;
  }

  function end({ id }: SMTPServerSession, how: Exclude<keyof Counts, 'begun' | 'inFlight'>): void {
    open.delete(id);
    counts[how]++;
    counts.inFlight--;
  }

  /** The reply to a message that has been received. */
  function reply(session: SMTPServerSession, transaction: Transaction, callback: (error?: Error | null, text?: string) => void): void {
    const { delayMs, outcome } = plan(isp, session.envelope.rcptTo[0]?.address ?? '', transaction.condition);
    if (outcome === 'hang') {
      transaction.hangs = true;
      return;
    }
    alarm.at(transaction.beganMs + delayMs * stretch, () => {
      if (open.get(session.id) !== transaction) return; // the client has gone
      end(session, outcome);
      if (outcome === 'accepted') callback(null, '2.0.0 OK: queued');
      else callback(refusal(isp, outcome));
    });
  }

  const server = new PromptServer({
    ...certificate,
    name: `mx.${isp.name}`,
    banner: `plays ${isp.name}`,
    logger: false,
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: certificate ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    maxAllowedUnauthenticatedCommands: false,
    socketTimeout: NEVER_MS, // or it would end a hang by a reply
    onConnect(session, callback) {
      begin(session);
      callback();
    },
    onMailFrom(_address, session, callback) {
      if (!open.has(session.id)) begin(session);
      callback();
    },
    onRcptTo: (_address, _session, callback) => callback(),
    onData(stream, session, callback) {
      stream.on('error', () => {}); // the client went away in the middle: onClose has it
      stream.on('end', () => {
        const transaction = open.get(session.id);
        if (transaction) reply(session, transaction, callback);
      });
      stream.resume();
    },
    onClose(session) {
      const transaction = open.get(session.id);
      if (transaction) end(session, transaction.hangs ? 'hung' : 'abandoned');
    },
  });
  server.on('error', () => {}); // of one connection: a client that is cut off or speaks no TLS is none of the server's faults
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, LOOPBACK);
  await once(server.server, 'listening');

  return {
    port: (server.server.address() as AddressInfo).port,
    change(fault, begins) {
      if (fault.isp === undefined || fault.isp === isp.name) condition = changed(condition, fault, begins);
    },
    counts: () => ({ ...counts }),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy(); // the library would take leave by a 421: a reply to what must hang
      await closed;
    },
  };
}

/** When and how a message is answered; time in ms of model time from the beginning of its transaction. */
function plan(isp: Isp, address: string, { hangs, factor, throttledShare }: Condition): { delayMs: number; outcome: Reply } {
  const { delayMs = drawLatency(isp.latencyMs), reply = drawReply(isp), throttle = Math.random() } = directivesOf(address);
  const outcome = hangs ? 'hang' : throttle < throttledShare ? 'deferred' : reply;
  return { delayMs: delayMs * factor, outcome };
}

function drawReply({ hangShare, bouncedShare, deferredShare }: Isp): Reply {
  return chosen([
    { reply: 'hang', share: hangShare },
    { reply: 'bounced', share: bouncedShare },
    { reply: 'deferred', share: deferredShare },
    { reply: 'accepted', share: 1 },
  ] as const).reply;
}

function refusal({ deferredCode, bouncedCode }: Isp, outcome: 'deferred' | 'bounced'): Error {
  return outcome === 'deferred'
    ? Object.assign(new Error(`${deferredCode} Try again later`), { responseCode: 421 })
    : Object.assign(new Error(`${bouncedCode} No such mailbox here`), { responseCode: 550 });
}
