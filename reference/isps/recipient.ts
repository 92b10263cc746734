/** What a message's recipient tells the server that plays its ISP. Times are ms of model time. */
export interface Directives {
  /** From connect to the final reply. */
  readonly delayMs?: number;
  readonly reply?: Reply;
  /** Uniform on (0, 1): an ISP that throttles a share s of its transactions defers those below s. */
  readonly throttle?: number;
}

/** What a server can answer, as the recipient names it. */
export const REPLY_CODES = { accepted: '250', deferred: '421', bounced: '550', hang: 'hang' } as const;
export type Reply = keyof typeof REPLY_CODES;

/** The domain of an ISP's recipients. `.test` can never be a real one (RFC 2606). */
export const domainOf = (isp: string): string => `${isp.toLowerCase()}.test`;
/** The mail exchanger of an ISP. */
export const exchangeOf = (isp: string): string => `mx.${domainOf(isp)}`;

/** A number, short enough for a local part: RFC 5321 allows 64 octets. */
const short = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** An address that carries its directives: `r123+delay=80.3+reply=250@gmail.test`. */
export function recipientFor(number: number, isp: string, { delayMs, reply, throttle }: Directives): string {
  const delay = delayMs === undefined ? '' : `+delay=${short(delayMs, 3)}`;
  const code = reply === undefined ? '' : `+reply=${REPLY_CODES[reply]}`;
  const share = throttle === undefined ? '' : `+throttle=${short(throttle, 6)}`;
  return `r${number}${delay}${code}${share}@${domainOf(isp)}`;
}

const replyOf = new Map<string, Reply>(Object.entries(REPLY_CODES).map(([reply, code]) => [code, reply as Reply]));

/** The directives in an address; what is malformed counts as left out. */
export function directivesOf(address: string): Directives {
  const local = address.slice(0, Math.max(0, address.lastIndexOf('@')));
  const fields = new Map(local.split('+').map((part) => part.split('=', 2) as [string, string | undefined]));
  const delayMs = numberIn(fields.get('delay'));
  const reply = replyOf.get(fields.get('reply') ?? '');
  const throttle = numberIn(fields.get('throttle'));
  return {
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(reply === undefined ? {} : { reply }),
    ...(throttle === undefined ? {} : { throttle }),
  };
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
