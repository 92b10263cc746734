import type { AddressInfo } from 'node:net';
import { type DnsHandler, Packet, UDPServer } from 'dns2';
import { LOOPBACK } from '../harness/loopback.ts';
import { domainOf, exchangeOf } from './recipient.ts';

export interface DnsServer {
  readonly port: number;
  stop(): Promise<void>;
}

const TTL_SECONDS = 300;

/** Answers MX for the ISPs' domains and A for their exchangers, over UDP on loopback; any other name does not exist. It asks nobody else. */
export async function startDns(isps: readonly string[]): Promise<DnsServer> {
  const exchangers = new Map(isps.map((isp) => [domainOf(isp), exchangeOf(isp)]));
  const hosts = new Set(exchangers.values());

  const answer: DnsHandler = (query, send) => {
    const response = Packet.createResponseFromRequest(query);
    const [question] = query.questions;
    response.header.aa = 1;
    if (question === undefined) {
      response.header.rcode = Packet.RCODE.FORMERR;
    } else {
      const name = question.name.toLowerCase();
      const record = (data: object) => response.answers.push(Packet.createResourceFromQuestion(question, { ttl: TTL_SECONDS, ...data }));
      const exchange = exchangers.get(name);
      if (exchange === undefined && !hosts.has(name)) response.header.rcode = Packet.RCODE.NXDOMAIN;
      else if (exchange !== undefined && question.type === Packet.TYPE.MX) record({ exchange, priority: 10 });
      else if (hosts.has(name) && question.type === Packet.TYPE.A) record({ address: LOOPBACK });
    }
    void Promise.resolve(send(response)).catch(() => {}); // who asked has gone
  };
  const server = new UDPServer(answer);
  server.on('requestError', () => {}); // a datagram that is no query gets no answer
  await server.listen(0, LOOPBACK);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
