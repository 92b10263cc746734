import { expect, test } from 'vitest';
import { endToEnd } from './headers.ts';

test('what is of one connection only is not forwarded; all else is, in its order and as it was written', () => {
  const raw = [
    'Host',
    'x',
    'Keep-Alive',
    'timeout=5',
    'X-Names',
    'a',
    'TE',
    'trailers',
    'X-Mine',
    '1',
    'x-names',
    'b',
    'Connection',
    'X-Mine',
  ];
  expect(endToEnd(raw, 'X-Mine')).toEqual(['Host', 'x', 'X-Names', 'a', 'x-names', 'b']);
  expect(endToEnd(['X-Mine', '1', 'connection', 'Keep-Alive'], 'Keep-Alive')).toEqual(['X-Mine', '1']);
});

test('no Connection takes away where a message goes, what it is and where it ends', () => {
  const raw = ['Host', 'x', 'Content-Length', '5', 'Content-Type', 'text/html', 'Content-Encoding', 'gzip', 'Expect', '100-continue'];
  expect(endToEnd(raw, 'close, host, Content-Length, content-type, content-encoding, EXPECT')).toEqual(raw);
});
