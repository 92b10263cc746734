import nodemailer, { type Transporter } from 'nodemailer';
import type { ErrorCode } from '../http/errors.ts';
import { domainOf } from './address.ts';
import type { Config } from './config.ts';
import type { Exchanger } from './exchangers.ts';

export interface Email {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly bodyHtml: string;
}

type Failure = Extract<ErrorCode, `smtp_${string}`>;

/** How an SMTP transaction ended. `responseCode` is that of the final reply, null where there was none; `detail` is its text. */
export type Delivery =
  | { readonly status: 'sent'; readonly responseCode: number }
  | {
      readonly status: 'failed';
      readonly responseCode: number | null;
      readonly code: Failure;
      readonly detail?: string | undefined;
      readonly cause: unknown;
    };

/** Delivers emails over SMTP, each on a new connection, each once, each within the deadline. */
export function createMailer({ smtpTimeoutMs, smtpCa, pod }: Pick<Config, 'smtpTimeoutMs' | 'smtpCa' | 'pod'>) {
  const transports = new Map<string, Transporter>();

  /** One a mail exchanger. Not pooled: nodemailer's pool of 5 connections would be a queue in front of 50 workers. */
  function transportTo({ name, endpoint }: Exchanger): Transporter {
    const transport =
      transports.get(name) ??
      nodemailer.createTransport({
        host: endpoint.address,
        port: endpoint.port,
        name: pod,
        ...(smtpCa === null ? { ignoreTLS: true } : { requireTLS: true, tls: { ca: smtpCa, servername: name } }),
        // Nodemailer's own timeouts measure inactivity. None of them is the deadline, so none may come before it.
        connectionTimeout: smtpTimeoutMs + 60_000,
        greetingTimeout: smtpTimeoutMs + 60_000,
        socketTimeout: smtpTimeoutMs + 60_000,
        socketCloseTimeout: 0, // close means destroy: a peer that hangs must not keep the socket
      });
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
      return { status: 'sent', responseCode: Number.parseInt(response!, 10) };
    } catch (error) {
      const { responseCode = null, message } = error as Error & { responseCode?: number };
      const failed = { status: 'failed', cause: error } as const;
      if (deadline.signal.aborted) return { ...failed, responseCode: null, code: 'smtp_timeout' };
      if (responseCode === null) return { ...failed, responseCode, code: 'smtp_failed' }; // the cause tells where the exchanger is: for the log
      return { ...failed, responseCode, code: 'smtp_rejected', detail: message };
    } finally {
      clearTimeout(timer);
    }
  };
}
