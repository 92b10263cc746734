import type { Place } from '../../sim/metrics/workers.ts';
import type { Style } from '../terminal/styles.ts';

/** How a place at which workers wait is shown. */
export interface Mark {
  readonly letter: string;
  readonly style: Style;
  /** What the workers there wait for. */
  readonly name: string;
}

export const DOWN: Mark = { letter: 'x', style: 'bad', name: 'down' };

const OF_SERVICE: Readonly<Record<string, readonly [letter: string, style: Style, name: string]>> = {
  free: ['·', 'faint', 'free'],
  loop: ['l', 'plain', 'loop'],
  connection: ['c', 'bad', 'connection'],
  insert: ['i', 'statement', 'insert'],
  update: ['u', 'statement', 'update'],
  select: ['q', 'faint', 'query'],
};
const ISP_STYLES = ['isp0', 'isp1', 'isp2', 'isp3'] as const satisfies readonly Style[];
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The mark of each place. Lower case is for the service itself; an ISP has a capital of its name, another one where that is taken, or '&'. */
export function marksOf(places: readonly Place[]): Mark[] {
  const taken = new Set<string>();
  let isps = 0;
  return places.map((place) => {
    const name = 'name' in place ? place.name : place.kind;
    if (place.kind !== 'isp') {
      const [letter, style, word] = OF_SERVICE[name] ?? [name.charAt(0), 'plain', name];
      return { letter, style, name: word };
    }
    const letter = [...name.toUpperCase(), ...ALPHABET].find((letter) => ALPHABET.includes(letter) && !taken.has(letter)) ?? '&';
    taken.add(letter);
    return { letter, style: ISP_STYLES[isps++ % ISP_STYLES.length]!, name };
  });
}

/** A mark with its name, as short as it can be: 'Gmail' where the letter is the name's first, 'X yahoo' where it is not. */
export function markWords({ letter, name }: Mark): string {
  return name.charAt(0).toUpperCase() === letter.toUpperCase() ? `${letter}${name.slice(1)}` : `${letter} ${name}`;
}
