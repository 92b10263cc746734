import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { JSON_TYPE } from '../http/broken-requests.ts';
import { type ErrorCode, ServiceError } from '../http/errors.ts';

const RETRY_AFTER_SECONDS = 1;

/** Fastify's own errors, by their codes, in terms of the catalogue. */
const fastifyErrors: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid_id',
};

/** Whatever goes wrong with a request, in terms of the catalogue. */
function asServiceError(error: FastifyError | ServiceError): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error.validation !== undefined) {
    return error.validationContext === 'params'
      ? new ServiceError('invalid_id')
      : new ServiceError('invalid_request', { detail: error.message });
  }
  const status = error.statusCode ?? 500;
  return new ServiceError(fastifyErrors[error.code] ?? (status < 500 ? 'bad_request' : 'internal_error'), { cause: error });
}

/** Answers with an error, and logs what an operator has to know. */
export function answerError(error: FastifyError | ServiceError, request: FastifyRequest, reply: FastifyReply): void {
  const answer = asServiceError(error);
  reply.errorCode = answer.code;
  if (answer.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (answer.code === 'internal_error') request.log.error({ err: answer.cause ?? answer }, 'internal error');
  else if (answer.cause !== undefined) request.log.info({ err: answer.cause, code: answer.code }, answer.message);
  reply.code(answer.status).type(JSON_TYPE).send(answer.toJSON());
}

declare module 'fastify' {
  interface FastifyReply {
    /** Code of the error that this is, '' of what is none. */
    errorCode: ErrorCode | '';
  }
}

export function handleErrors(app: FastifyInstance): void {
  app.decorateReply('errorCode', '');
  app.setErrorHandler<FastifyError | ServiceError>(answerError);
}
