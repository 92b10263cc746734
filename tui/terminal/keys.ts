import type { Key } from 'ink';

/** The keys that Ink tells of by a flag rather than by what they type. */
const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['tab', 'tab'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/** The keys of one piece of input, by name: 'left', 'ctrl-c', 'q'. Keys that are pressed fast come as one piece. */
export function keyNames(input: string, key: Key): string[] {
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return [named[1]];
  return Array.from(input, (character) => (key.ctrl ? `ctrl-${character}` : character));
}
