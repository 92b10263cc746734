import type { IncomingMessage } from 'node:http';

/** What a request asks to be told before it sends its body (the header Expect). HTTP/1.0 knows no such thing. */
export function expectation({ headers, httpVersion }: Pick<IncomingMessage, 'headers' | 'httpVersion'>): 'none' | 'continue' | 'unknown' {
  if (headers.expect === undefined || httpVersion === '1.0') return 'none';
  return headers.expect.toLowerCase() === '100-continue' ? 'continue' : 'unknown';
}
