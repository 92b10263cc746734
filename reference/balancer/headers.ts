// Header fields as Node has them raw: names and values in turn.

/** Fields that are of one connection only (RFC 9110 §7.6.1); whoever forwards a message makes its own. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const NO_FURTHER = new Set<string>();

/** What is never of one connection, whatever Connection names: without these fields the message would be another one, or end somewhere else. */
const OF_THE_MESSAGE = /^(host|expect|content-.*)$/;

/** The fields that are forwarded, unchanged and in their order. `connection` is the field Connection, which may name others of its kind. */
export function endToEnd(raw: readonly string[], connection: string | undefined): string[] {
  const further = connection === undefined || /^(keep-alive|close)$/i.test(connection) ? NO_FURTHER : namesIn(connection);
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    if (!OF_THE_CONNECTION.has(name) && !further.has(name)) kept.push(raw[i]!, raw[i + 1]!);
  }
  return kept;
}

const namesIn = (list: string): Set<string> =>
  new Set(
    list
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .filter((name) => !OF_THE_MESSAGE.test(name)),
  );
