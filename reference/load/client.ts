import { Pool } from 'undici';
import type { AnswerBody } from './outcome.ts';

/** An HTTP request to make. A body is JSON. */
export interface HttpRequest {
  readonly path: string;
  readonly body: string | null;
}

/** What a client tells of one request, in this order; `failed` can come in place of any that is still to come. */
export interface Exchange {
  /** It has a connection of its own and is written to it. */
  started(): void;
  firstByte(): void;
  /** `timing` is the header Server-Timing, '' where there is none. */
  done(status: number, body: AnswerBody, timing: string): void;
  failed(error: Error & { code?: string }): void;
}

export interface Client {
  make(request: HttpRequest, exchange: Exchange): void;
  close(): Promise<void>;
}

/**
 * A client over connections that are kept and as many as it takes: a request gets one that is idle, or a new one; none waits for another.
 * Times are real ms: a connection has to come about within the first, an answer within the second.
 */
export function createClient(target: URL, connectWithinMs: number, answerWithinMs: number): Client {
  const pool = new Pool(target, {
    connections: null,
    pipelining: 1,
    connect: { timeout: connectWithinMs },
    headersTimeout: answerWithinMs,
    bodyTimeout: answerWithinMs,
  });
  return {
    make({ path, body }, { started, firstByte, done, failed }) {
      let status = 0;
      let text = '';
      let timing = '';
      pool.dispatch(
        { path, method: body === null ? 'GET' : 'POST', body, headers: body === null ? {} : { 'content-type': 'application/json' } },
        {
          onRequestStart: started,
          onResponseStart(_controller, statusCode, headers) {
            status = statusCode;
            timing = String(headers['server-timing'] ?? '');
            firstByte();
          },
          onResponseData(_controller, chunk) {
            text += chunk;
          },
          onResponseEnd: () => done(status, parse(text), timing),
          onResponseError: (_controller, error) => failed(error),
        },
      );
    },
    close: () => pool.destroy(),
  };
}

/** What is no JSON object says nothing. */
function parse(text: string): AnswerBody {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
