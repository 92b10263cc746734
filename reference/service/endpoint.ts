import { BlockList, isIP, isIPv6 } from 'node:net';

/** Where a server listens. An address, never a name: nothing here goes through getaddrinfo. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Reads `127.0.0.1:25` or `[::1]:25`; undefined for anything else. */
export function readEndpoint(text: string): Endpoint | undefined {
  const [, v6, v4, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = v6 ?? v4 ?? '';
  const port = Number(digits);
  const fits = isIP(address) === (v6 === undefined ? 4 : 6) && port > 0 && port <= 65_535;
  return fits ? { address, port } : undefined;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export const isLoopback = (address: string): boolean => loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
