import nodemailer, { type SMTPSentMessageInfo, type Transporter } from 'nodemailer';
import type { ErrorCode } from '../http/errors.ts';
import { domainOf } from './address.ts';
import type { Config } from './config.ts';
import type { Exchanger } from './exchangers.ts';
import { createSmtpTransport } from './smtp-transport.ts';

export interface Email {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly bodyHtml: string;
}

type Failure = Extract<ErrorCode, `smtp_${string}`>;

/**
 * How an SMTP transaction ended. `responseCode` is that of the reply that decided it, 2xx where the message was accepted, 4xx or 5xx where it
 * was refused, null where neither was said; `detail` is the refusal's text.
 */
export type Delivery =
  | { readonly status: 'sent'; readonly responseCode: number }
  | {
      readonly status: 'failed';
      readonly responseCode: number | null;
      readonly code: Failure;
      readonly detail?: string | undefined;
      readonly cause: unknown;
    };

const LONGEST_TIMER_MS = 2 ** 31 - 1; // a longer one fires at once

/** Delivers emails over SMTP, each on a new connection, each once, each within the deadline. */
export function createMailer({ smtpTimeoutMs, smtpCa, pod }: Pick<Config, 'smtpTimeoutMs' | 'smtpCa' | 'pod'>) {
  // Nodemailer's own timeouts measure inactivity. None of them is the deadline, so none may come before it.
  const patienceMs = Math.min(smtpTimeoutMs + 60_000, LONGEST_TIMER_MS);
  const transports = new Map<string, Transporter<SMTPSentMessageInfo>>();

  /** One a mail exchanger. Not pooled: nodemailer's pool of 5 connections would be a queue in front of 50 workers. */
  function transportTo({ name, endpoint }: Exchanger): Transporter<SMTPSentMessageInfo> {
    const transport =
      transports.get(name) ??
      nodemailer.createTransport(
        createSmtpTransport({
          host: endpoint.address,
          port: endpoint.port,
          name: pod,
          ...(smtpCa === null ? { ignoreTLS: true } : { requireTLS: true, tls: { ca: smtpCa, servername: name } }),
          connectionTimeout: patienceMs,
          greetingTimeout: patienceMs,
          socketTimeout: patienceMs,
          socketCloseTimeout: 0, // close means destroy: a peer that hangs must not keep the socket
        }),
      );
    transports.set(name, transport);
    return transport;
  }

  /** Resolves, never rejects: a refusal and a broken connection are outcomes. */
  return async function deliver(messageId: string, email: Email, exchanger: Exchanger): Promise<Delivery> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), smtpTimeoutMs);
    try {
      const { response } = await transportTo(exchanger).sendMail({
        envelope: { from: email.from, to: email.to },
        from: { name: '', address: email.from },
        to: { name: '', address: email.to },
        subject: email.subject,
        html: email.bodyHtml,
        messageId: `<${messageId}@${domainOf(email.from)}>`,
        xMailer: false,
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: deadline.signal, // ends the connection, whatever it is waiting for
      });
      return { status: 'sent', responseCode: codeOf(response) };
    } catch (error) {
      const { response = '', message } = error as Error & { response?: string };
      const failed = { status: 'failed', cause: error } as const;
      if (deadline.signal.aborted) return { ...failed, responseCode: null, code: 'smtp_timeout' };
      const responseCode = codeOf(response);
      // What failed without a refusal has a cause that tells where the exchanger is: for the log.
      if (!(responseCode >= 400)) return { ...failed, responseCode: null, code: 'smtp_failed' };
      return { ...failed, responseCode, code: 'smtp_rejected', detail: shortened(message) };
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The code of a reply, whose form has been looked at as it came (`smtp-replies.ts`); NaN where there is none. */
const codeOf = (reply: string): number => Number.parseInt(reply.slice(0, 3), 10);

const MOST_DETAIL = 1000; // characters of an exchanger's words that are passed on

const shortened = (text: string): string => (text.length <= MOST_DETAIL ? text : `${text.slice(0, MOST_DETAIL)}…`.toWellFormed());
