import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Static } from 'typebox';
import { ServiceError } from '../http/errors.ts';
import { domainOf, isAddress } from './address.ts';
import type { createExchangerLookup } from './exchangers.ts';
import type { createMailer } from './mailer.ts';
import { emailSchema, errorResponses, idSchema, sentSchema, statusSchema } from './schemas.ts';
import type { Store } from './store.ts';

export interface Parts {
  readonly store: Store;
  readonly lookUp: ReturnType<typeof createExchangerLookup>;
  readonly deliver: ReturnType<typeof createMailer>;
}

/** The service's two routes. Each of their requests has been given a worker and a stopwatch (`holding-workers.ts`). */
export const emailRoutes: FastifyPluginAsyncTypebox<Parts> = async (app, { store, lookUp, deliver }) => {
  app.post(
    '/api/v1/emails',
    {
      schema: {
        summary: 'Sends an email and answers when the mail exchanger has',
        body: emailSchema,
        response: {
          200: sentSchema,
          ...errorResponses(
            ...(['invalid_json', 'invalid_request', 'invalid_text', 'invalid_header', 'invalid_address'] as const),
            ...(['unsupported_media_type', 'no_mail_exchanger', 'exchanger_not_allowed'] as const),
            ...(['database_failed', 'mx_lookup_failed', 'smtp_rejected', 'smtp_failed', 'smtp_timeout'] as const),
          ),
        },
      },
    },
    async ({ body, stopwatch }) => {
      check(body);
      const email = { from: body.from, to: body.to, subject: body.subject, bodyHtml: body.body_html };
      // The lookup belongs to the checks: a domain without exchanger is bad input, and bad input leaves no row. Between INSERT and SMTP
      // it would leave one to clean up, with a statement that can fail.
      const exchanger = await stopwatch.time('mx', () => lookUp(domainOf(email.to)));

      const message_id = randomUUID();
      await store.insert(message_id, email, stopwatch);
      const delivery = await stopwatch.time('smtp', () => deliver(message_id, email, exchanger));
      const { status, responseCode: smtp_response_code } = delivery;
      try {
        await store.update(message_id, status, smtp_response_code, stopwatch);
      } catch (cause) {
        // The row stays pending, though the message may have been delivered.
        throw new ServiceError('database_failed', { cause, message_id, status: 'pending', smtp_response_code });
      }
      if (delivery.status === 'failed') {
        const { code, detail, cause } = delivery;
        throw new ServiceError(code, { detail, cause, message_id, status, smtp_response_code });
      }
      return { message_id, status: delivery.status, smtp_response_code: delivery.responseCode };
    },
  );

  app.get(
    '/api/v1/emails/:id/status',
    {
      schema: {
        summary: 'What became of a message',
        params: idSchema,
        response: {
          200: statusSchema,
          ...errorResponses('invalid_id', 'message_not_found', 'database_failed'),
        },
      },
    },
    async ({ params: { id }, stopwatch }) => {
      const message = await store.find(id, stopwatch);
      if (message === undefined) throw new ServiceError('message_not_found');
      return { message_id: id.toLowerCase(), ...message, sent_at: message.sent_at?.toISOString() ?? null };
    },
  );
};

/** What no schema can say. */
function check(email: Static<typeof emailSchema>): void {
  for (const field of ['from', 'to', 'subject'] as const) {
    // C0, DEL, C1 and Unicode's own line breaks: none may reach a header or an SMTP command.
    if (/[\p{Cc}\u2028\u2029]/u.test(email[field])) throw new ServiceError('invalid_header', { detail: field });
  }
  for (const field of ['from', 'to'] as const) {
    if (!isAddress(email[field])) throw new ServiceError('invalid_address', { detail: field });
  }
  for (const field of ['subject', 'body_html'] as const) {
    // PostgreSQL's text takes no NUL, and UTF-8 no lone surrogate.
    if (email[field].includes('\0') || !email[field].isWellFormed()) throw new ServiceError('invalid_text', { detail: field });
  }
}
