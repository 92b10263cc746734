import { expect, test } from 'vitest';
import { loopbackUrl } from './loopback.ts';

test.each(['http://127.0.0.1:80', 'http://127.1.2.3', 'http://localhost:1', 'http://[::1]:8080/x', 'http://127.1', 'http://2130706433'])(
  '%s is',
  (url) => {
    expect(loopbackUrl(url)).toBeInstanceOf(URL);
  },
);

test.each([
  'http://10.0.0.1',
  'http://example.com',
  'http://0.0.0.0',
  'https://127.0.0.1',
  'http://localhost.example.com',
  'http://[::]',
  'http://127.0.0.1@example.com',
  'ftp://127.0.0.1',
  '',
])('%s is not', (url) => {
  expect(() => loopbackUrl(url)).toThrow(RangeError);
});
