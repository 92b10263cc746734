/**
 * An email address as RFC 5321 §4.1.2 has it, `Dot-string "@" Domain` in ASCII: no display name, no quoted local part, no address
 * literal, no SMTPUTF8. With the lengths of §4.5.3.1 and RFC 1035: 64 octets before the @, 63 a label, 254 in all. A domain has two
 * labels or more, and the last is no number: what ends in digits is an IP address.
 */
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const ADDRESS = new RegExp(`^(?=.{1,254}$)(?=[^@]{1,64}@)${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+(?![0-9]+$)${LABEL}$`);

export const isAddress = (text: string): boolean => ADDRESS.test(text);

/** The domain of an address, in lower case. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
