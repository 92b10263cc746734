import Type from 'typebox';
import { type ErrorCode, errors } from '../http/errors.ts';

/** The shapes of requests and responses; the OpenAPI document is made of them. */

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const messageId = Type.String({ description: 'UUID of the message.' });
const responseCode = nullable(Type.Integer({ description: 'Code of the final SMTP reply; null where there was none.' }));

export const emailSchema = Type.Object(
  {
    from: Type.String({ description: 'An address, RFC 5321: local@domain, ASCII.' }),
    to: Type.String({ description: 'An address whose domain has a mail exchanger that the service may speak to.' }),
    subject: Type.String({ maxLength: 998, description: 'No control characters.' }), // a line of RFC 5322
    body_html: Type.String({ minLength: 1, description: 'The rendered HTML.' }),
  },
  { additionalProperties: false },
);

export const idSchema = Type.Object({
  // No format: ajv's uuid takes urn:uuid:…, PostgreSQL does not.
  id: Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', description: 'UUID of the message.' }),
});

export const sentSchema = Type.Object({
  message_id: messageId,
  status: Type.Literal('sent'),
  smtp_response_code: Type.Integer(),
});

export const statusSchema = Type.Object({
  message_id: messageId,
  status: Type.Union([Type.Literal('pending'), Type.Literal('sent'), Type.Literal('failed')]),
  smtp_response_code: responseCode,
  sent_at: nullable(Type.String({ description: 'ISO 8601.' })),
});

const errorSchema = (...codes: readonly ErrorCode[]) =>
  Type.Object(
    {
      code: Type.Union(codes.map((code) => Type.Literal(code))),
      message: Type.String(),
      message_id: Type.Optional(messageId),
      status: Type.Optional(Type.Union([Type.Literal('pending'), Type.Literal('failed')])),
      smtp_response_code: Type.Optional(responseCode),
    },
    { description: codes.map((code) => `${code}: ${errors[code].message}`).join('\n') },
  );

/** What any request of a client may be answered with, by the pod or by the balancer before it. */
const ofAnyRequest = [
  ...(['bad_request', 'request_timeout', 'body_too_large', 'expectation_failed', 'headers_too_large', 'internal_error'] as const),
  ...(['unknown_transfer_coding', 'pod_broke_off', 'no_pod', 'pool_full', 'shutting_down', 'no_connection', 'pod_timeout'] as const),
];

/** The error responses of a route that takes a worker, by HTTP status, from the codes that it alone may answer with. */
export function errorResponses(...ownCodes: readonly ErrorCode[]) {
  const codes = [...ownCodes, ...ofAnyRequest];
  const statuses = [...new Set(codes.map((code) => errors[code].status))];
  return Object.fromEntries(statuses.map((status) => [status, errorSchema(...codes.filter((code) => errors[code].status === status))]));
}
