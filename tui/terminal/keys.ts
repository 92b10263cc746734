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
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/** Those of them that come as characters where they are typed, or pasted, so fast that they come with others. */
const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\x1b': 'escape',
  '\x7f': 'backspace',
  '\b': 'backspace',
};

/**
 * The keys of one piece of input, by name: 'left', 'shift-left', 'ctrl-c', 'q', ' '. Keys that are pressed fast come as one piece; a key
 * right after Escape comes as if Alt were held, and is two.
 */
export function keyNames(input: string, key: Key): string[] {
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return [key.shift ? `shift-${named[1]}` : named[1]];
  const typed = Array.from(input, (character) => {
    const control = CONTROLS[character] ?? (character < ' ' ? `ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}` : character);
    return key.ctrl ? `ctrl-${character}` : control;
  });
  return key.meta && !key.ctrl ? ['escape', ...typed] : typed;
}
