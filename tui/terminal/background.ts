import type { Theme } from './styles.ts';

/**
 * What makes a terminal say which colour its background has (OSC 11), and then which kind of terminal it is (DA1): the second is answered by
 * all of them, so that one that does not know the first need not be waited for.
 */
export const ASK_BACKGROUND = '\x1b]11;?\x07\x1b[c';

/** Whether a reply is the one after which no other comes. */
export function isLastAnswer(reply: string): boolean {
  return reply.startsWith('\x1b[?') && reply.endsWith('c');
}

const REPLY = '\x1b]11;';
const COLOUR = /^(?:rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})|#([\da-f]{2})([\da-f]{2})([\da-f]{2}))/i;

/** The theme that goes with the background of a reply; null if the reply is about something else. */
export function themeOf(reply: string): Theme | null {
  if (!reply.startsWith(REPLY)) return null;
  const [, ...digits] = COLOUR.exec(reply.slice(REPLY.length)) ?? [];
  const [red, green, blue] = digits.filter((each) => each !== undefined).map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1));
  if (red === undefined || green === undefined || blue === undefined) return null;
  return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 ? 'light' : 'dark'; // luma, ITU-R BT.601
}
