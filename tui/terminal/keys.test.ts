import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createInputReader, type Input } from './keys.ts';

/** What comes of some chunks, and of nothing more after them. */
function read(...chunks: readonly string[]): Input[] {
  const reader = createInputReader();
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.giveUp()];
}

const keys = (...chunks: readonly string[]) => read(...chunks).map((input) => ('key' in input ? input.key : input));

describe('keys', () => {
  test('have names', () => {
    expect(keys('q')).toEqual(['q']);
    expect(keys(' G?é字😀')).toEqual([' ', 'G', '?', 'é', '字', '😀']);
    expect(keys('\r\n\t\x7f\b\x03\x1a\x15')).toEqual(['return', 'return', 'tab', 'backspace', 'backspace', 'ctrl-c', 'ctrl-z', 'ctrl-u']);
    expect(keys('\x1b')).toEqual(['escape']);
  });

  test.each([
    ['left', ['\x1b[D', '\x1bOD', '\x1b[1D', '\x1b[1;1D', '\x1b[1;129D']],
    ['shift-left', ['\x1b[1;2D']],
    ['ctrl-left', ['\x1b[1;5D']],
    ['alt-left', ['\x1b[1;3D', '\x1b\x1b[D']],
    ['home', ['\x1b[H', '\x1bOH', '\x1b[1~', '\x1b[7~']],
    ['end', ['\x1b[F', '\x1bOF', '\x1b[4~', '\x1b[8~']],
    ['pageup', ['\x1b[5~']],
    ['pagedown', ['\x1b[6~', '\x1b[6;1~']],
    ['ctrl-pagedown', ['\x1b[6;5~', '\x1b[6^']],
    ['delete', ['\x1b[3~']],
    ['shift-delete', ['\x1b[3$']],
    ['shift-tab', ['\x1b[Z']],
    ['return', ['\x1bOM']],
    ['alt-b', ['\x1bb']],
    ['alt-Q', ['\x1bQ']],
    ['alt-é', ['\x1bé']],
    ['alt-backspace', ['\x1b\x7f']],
  ])('%s, by whatever sequence a terminal sends', (name, sequences) => {
    for (const sequence of sequences) expect(keys(`${sequence}x`)).toEqual([name, 'x']);
  });

  test('typed so fast that they come as one chunk are several', () => {
    expect(keys('hh\x1b[Dq')).toEqual(['h', 'h', 'left', 'q']);
    expect(keys('\x1b\x1b')).toEqual(['escape', 'escape']);
    expect(keys('\x1b\x03')).toEqual(['escape', 'ctrl-c']);
    expect(keys('\x1b\x1bq')).toEqual(['escape', 'alt-q']);
    expect(keys('\x1b\x1b[?62;22c')).toEqual(['escape']); // and then a reply
  });
});

describe('what is no key here', () => {
  test.each([
    ['a mouse report', ['\x1b[<0;10;20M', '\x1b[<0;10;20m', '\x1b[M q!', '\x1b[32;10;20M']],
    ['the focus', ['\x1b[I', '\x1b[O']],
    ['a function key', ['\x1bOP', '\x1b[11~', '\x1b[24~', '\x1b[1;2P', '\x1b[15;5~', '\x1b[[A', '\x1b[25~', '\x1b[2~', '\x1b[E']],
    ['a key of the protocol of kitty', ['\x1b[113u', '\x1b[113;5u', '\x1b[97:65;2:3u', '\x1b[57441;2u', '\x1b[1;1:3A', '\x1b[1;9D']],
    ['a key of modifyOtherKeys', ['\x1b[27;5;113~']],
    ['a reply', ['\x1b[?62;22c', '\x1b[12;40R', '\x1b[?2026;2$y', '\x1b[?1u', '\x1b[0n', '\x1b[8;24;80t', '\x1b[>0;276;0c']],
    [
      'a reply in a string',
      ['\x1b]11;rgb:1111/2222/bbbb\x07', '\x1b]11;rgb:ffff/ffff/ffff\x1b\\', '\x1bP>|xterm(390)\x1b\\', '\x1b_Gi=1;OK\x1b\\'],
    ],
    ['the key of a keypad that was switched over', ['\x1bOq', '\x1bOj']],
    ['a control character of eight bits', ['\x9b', '\x85']],
    ['a sequence that breaks off', ['\x1b[1;5', '\x1b[12', '\x1bO5']],
  ])('%s types nothing', (_, sequences) => {
    for (const sequence of sequences) {
      expect(keys(sequence)).toEqual([]);
      expect(keys(`${sequence}\x03`).at(-1)).toBe('ctrl-c'); // and swallows nothing
    }
  });

  test('is no less so where it comes in pieces, even late', () => {
    const reader = createInputReader();
    expect(reader.push('\x1b')).toEqual([]);
    expect(reader.patienceMs()).toBeLessThanOrEqual(50); // or Escape would be slow
    expect(reader.push('[1;')).toEqual([]);
    expect(reader.patienceMs()).toBeGreaterThanOrEqual(500);
    expect(reader.push('5D')).toEqual([{ key: 'ctrl-left' }]);
    expect(reader.patienceMs()).toBeNull();
  });
});

describe('a paste', () => {
  const pasted = (text: string) => `\x1b[200~${text}\x1b[201~`;

  test('is a text, whatever is in it', () => {
    expect(keys(`a${pasted('one\rq\x03\x1b[Dtwo\n')}b`)).toEqual(['a', { pasted: 'one\rq\x03\x1b[Dtwo\n' }, 'b']);
    expect(keys(pasted(''))).toEqual([{ pasted: '' }]);
    expect(keys(pasted('\x1b[200~q'))).toEqual([{ pasted: '\x1b[200~q' }]); // one that says it begins again
    expect(keys('\x1b[201~')).toEqual([]);
    expect(keys(`\x1b${pasted('q')}`)).toEqual(['escape', { pasted: 'q' }]); // after Escape, fast
  });

  test('whose end does not come is what has come, and then keys are keys again', () => {
    const reader = createInputReader();
    expect(reader.push('\x1b[200~never\rq')).toEqual([]);
    expect(reader.patienceMs()).toBeGreaterThanOrEqual(1000);
    expect(reader.giveUp()).toEqual([{ pasted: 'never\rq' }]);
    expect(reader.push('q')).toEqual([{ key: 'q' }]);
  });

  test('of 10 MB in chunks of a terminal takes little time and little memory', () => {
    const reader = createInputReader();
    reader.push('\x1b[200~');
    for (let i = 0; i < 2560; i++) expect(reader.push('x'.repeat(4096))).toEqual([]);
    const [input] = reader.push('\x1b[201~');
    expect(input).toEqual({ pasted: 'x'.repeat(100_000) });
  });
});

test('chunks are torn anywhere without a difference', () => {
  const piece = fc.constantFrom(
    ...['q', 'é', '😀', '\r', '\x03', '\x1b[D', '\x1bOA', '\x1b[1;5C', '\x1b[<0;1;1M', '\x1b[M !!', '\x1b[113;5u', '\x1b[[A', '\x1b[3$'],
    ...['\x1b]11;rgb:0/0/0\x1b\\', '\x1bPq\x1b\\', '\x1bb', '\x1b[200~q\r\x1b[20\x1b[201~', '\x1b[200~\x1b[201\x1b[201~', '\x1b[12\x07'],
    ...['\x1b\x1b[200~q\x1b[201~', '\x1b\x1b[?1c'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.infiniteStream(fc.integer({ min: 1, max: 4 })), (pieces, lengths) => {
      const characters = Array.from(pieces.join('')); // as a decoder of UTF-8 gives them: whole
      const chunks: string[] = [];
      for (const length of lengths) {
        if (characters.length === 0) break;
        chunks.push(characters.splice(0, length).join(''));
      }
      expect(read(...chunks)).toEqual(read(pieces.join('')));
    }),
    { numRuns: 2000 },
  );
});

test('whatever comes, nothing is thrown and nothing is held back for ever', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'\x1b[]O?PM;~1200$ \x07\\q\x9bé\x03') }), { maxLength: 10 }), (chunks) => {
      const reader = createInputReader();
      for (const chunk of chunks) reader.push(chunk);
      reader.giveUp();
      expect(reader.patienceMs()).toBeNull();
      expect(reader.push('q')).toEqual([{ key: 'q' }]);
    }),
    { numRuns: 5000 },
  );
});
