import { Resolver } from 'node:dns/promises';
import { ServiceError } from '../http/errors.ts';
import type { Config } from './config.ts';
import type { Endpoint } from './endpoint.ts';

/** A mail exchanger that the service may speak to. */
export interface Exchanger {
  readonly name: string;
  readonly endpoint: Endpoint;
}

/** What a resolver says where a domain has no MX records, or is none itself. */
const NONE = new Set(['ENODATA', 'ENOTFOUND', 'EBADNAME']);

/**
 * Finds the mail exchanger of a domain: the most preferred one in the DNS, which has to be among the configured ones. Without retry and
 * without a second choice. A domain that has only an address record counts as one without exchanger, though RFC 5321 §5.1 would try it.
 */
export function createExchangerLookup({ dnsServers, exchangers }: Pick<Config, 'dnsServers' | 'exchangers'>) {
  // c-ares in this process. dns.lookup would go through libuv's pool of four threads, a queue that nobody sees.
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (dnsServers.length > 0) resolver.setServers(dnsServers);

  /** Throws no_mail_exchanger, exchanger_not_allowed or mx_lookup_failed. */
  return async function lookUp(domain: string): Promise<Exchanger> {
    const name = await mostPreferred(domain);
    if (name === '') throw new ServiceError('no_mail_exchanger', { detail: domain }); // no records, or the null MX of RFC 7505
    const endpoint = exchangers.get(name);
    if (endpoint === undefined) throw new ServiceError('exchanger_not_allowed', { detail: domain });
    return { name, endpoint };
  };

  async function mostPreferred(domain: string): Promise<string> {
    try {
      const records = await resolver.resolveMx(domain);
      const best = records.reduce((best, record) => (record.priority < best.priority ? record : best), records[0]!);
      return best === undefined ? '' : best.exchange.toLowerCase().replace(/\.$/, '');
    } catch (cause) {
      if (NONE.has((cause as NodeJS.ErrnoException).code ?? '')) return '';
      throw new ServiceError('mx_lookup_failed', { cause });
    }
  }
}
