import type { IncomingMessage } from 'node:http';
import { ServiceError } from './errors.ts';
import { expectation } from './expectation.ts';
import { MAX_BODY_BYTES } from './limits.ts';

/** Why a request is refused by its head alone; undefined if it is not. */
export function refusal(request: IncomingMessage): ServiceError | undefined {
  const { headers, rawHeaders, httpVersion } = request;
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) return new ServiceError('bad_request', { detail: 'Host' });
  if (expectation(request) === 'unknown') return new ServiceError('expectation_failed');
  if ((headers['transfer-encoding'] ?? 'chunked').toLowerCase() !== 'chunked') return new ServiceError('unknown_transfer_coding');
  if (Number(headers['content-length']) > MAX_BODY_BYTES) return new ServiceError('body_too_large');
  return undefined;
}
