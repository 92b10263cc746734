import { BlockList, isIP } from 'node:net';

/** Where everything here listens. */
export const LOOPBACK = '127.0.0.1';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * A URL, if it is plain HTTP on this machine's loopback; else throws a RangeError. Neither load nor mail may ever reach a stranger by a slip of
 * the hand. Only addresses count, and localhost: another name could resolve to anywhere.
 */
export function loopbackUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:') throw new RangeError(`${text} is no http:// URL`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost') return url;
  const family = isIP(host);
  if (family === 0 || !loopback.check(host, family === 6 ? 'ipv6' : 'ipv4'))
    throw new RangeError(`${text} is not on the loopback of this machine: nothing here sends beyond it`);
  return url;
}
