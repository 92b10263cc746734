/** What comes of a terminal's input: a key by its name ('q', ' ', 'left', 'shift-left', 'ctrl-c', 'alt-b'), or a text that was pasted. */
export type Input = { readonly key: string } | { readonly pasted: string };

/** Makes keys and pastes of a terminal's input, which comes in chunks that are torn anywhere. */
export interface InputReader {
  push(chunk: string): Input[];
  /** For how long the next chunk may be awaited, ms; null while nothing was begun that it could end. */
  patienceMs(): number | null;
  /** What comes of what was begun, where the chunk that could have ended it did not come in time. */
  giveUp(): Input[];
}

const ESCAPE_MS = 50; // a lone Escape is a key, unless what makes a sequence of it follows at once
const SEQUENCE_MS = 1000; // of a sequence that was torn
const PASTE_MS = 2000; // of a paste whose end does not come
/** Of a pasted text no more is kept than this: nothing here takes so much. */
const MOST_PASTED = 100_000;

const ESC = '\x1b';
const BEL = '\x07';
const PASTE_BEGINS = `${ESC}[200~`;
const PASTE_ENDS = `${ESC}[201~`;

/** One of some patterns after an Escape, at the beginning of a text. */
const escaped = (...patterns: readonly string[]) => new RegExp(`^${ESC}(?:${patterns.join('|')})`);

const CSI = String.raw`${ESC}?\[`; // another Escape before it is Alt, as rxvt has it
const SS3 = `${ESC}?O`;
const STRING = String.raw`[\]PX^_][^${BEL}${ESC}]*`; // a reply: OSC, DCS, SOS, PM, APC

/** Another Escape before what no key sends is a key of its own: before a paste it must not make the text keys. */
const AFTER_ESCAPE = escaped(String.raw`${ESC}\[(?:200~|\?)`);

/** Sequences that are there to their end. */
const WHOLE = escaped(
  String.raw`${CSI}\d+\$`, // keys of rxvt with shift
  `${CSI}(?![M[])[0-?]*[ -/]*[@-~]`, // as ECMA-48 has them
  String.raw`${CSI}\[[A-Z]`, // function keys of the Linux console
  `${CSI}M[^]{3}`, // reports of the mouse in three bytes
  String.raw`${SS3}[\d;]*[@-~]`,
  String.raw`${STRING}(?:${BEL}|${ESC}\\)`,
);
/** Sequences of which more may come. */
const BEGUN = escaped(`${ESC}?$`, String.raw`${CSI}(?:\[?|M[^]{0,2}|[0-?]*[ -/]*)$`, String.raw`${SS3}[\d;]*$`, `${STRING}${ESC}?$`);
/** What is left of a sequence that is followed by what cannot belong to it. */
const BROKEN = escaped(`${CSI}[0-?]*[ -/]*`, String.raw`${SS3}[\d;]*`, String.raw`[\]PX^_][^${BEL}${ESC}]+`);
/** Begun sequences that are keys as well: Escape once or twice, and Alt with what begins a reply. */
const MAY_BE_A_KEY = escaped(`${ESC}?$`, String.raw`[\]PX^_]$`);

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\x1b': 'escape',
  '\x7f': 'backspace',
  '\b': 'backspace',
};

/** `hearReply` is told of each sequence that is whole and no key: it may be what the terminal was asked for. */
export function createInputReader(hearReply: (sequence: string) => void = () => {}): InputReader {
  let rest = ''; // the beginning of a sequence
  let pasted: string | null = null; // so far

  /** Takes more of a paste, up to its end; returns what follows it. */
  function paste(text: string, inputs: Input[]): string {
    const end = text.indexOf(PASTE_ENDS);
    const torn = end < 0 ? tornEnd(text) : 0;
    if (pasted!.length < MOST_PASTED) pasted += text.slice(0, end < 0 ? text.length - torn : end);
    if (end < 0) {
      rest = text.slice(text.length - torn);
      return '';
    }
    inputs.push({ pasted: pasted!.slice(0, MOST_PASTED) });
    pasted = null;
    return text.slice(end + PASTE_ENDS.length);
  }

  return {
    push(chunk) {
      const inputs: Input[] = [];
      let text = rest + chunk;
      rest = '';
      while (text !== '') {
        if (pasted !== null) {
          text = paste(text, inputs);
          continue;
        }
        const [piece, key] = firstOf(text);
        if (piece === '') {
          rest = text;
          break;
        }
        if (piece === PASTE_BEGINS) pasted = '';
        else if (key !== null) inputs.push({ key });
        else hearReply(piece);
        text = text.slice(piece.length);
      }
      return inputs;
    },
    patienceMs() {
      if (pasted !== null) return PASTE_MS;
      if (rest === '') return null;
      return MAY_BE_A_KEY.test(rest) ? ESCAPE_MS : SEQUENCE_MS;
    },
    giveUp() {
      const escapes = rest === ESC.repeat(rest.length) ? Array.from(rest, () => ({ key: 'escape' })) : [];
      const inputs = pasted === null ? escapes : [{ pasted }];
      rest = '';
      pasted = null;
      return inputs;
    },
  };
}

/** How many characters at the end of a text may be the beginning of a paste's end. */
function tornEnd(text: string): number {
  for (let length = PASTE_ENDS.length - 1; length > 0; length--) if (text.endsWith(PASTE_ENDS.slice(0, length))) return length;
  return 0;
}

/** The first key or sequence of a text and the name of its key, null where it is none; '' where more has to come. */
function firstOf(text: string): readonly [piece: string, key: string | null] {
  if (!text.startsWith(ESC)) {
    const piece = String.fromCodePoint(text.codePointAt(0)!);
    return [piece, nameOf(piece)];
  }
  if (AFTER_ESCAPE.test(text)) return [ESC, 'escape'];
  const [whole] = WHOLE.exec(text) ?? [];
  if (whole !== undefined) return [whole, sequenceName(whole)];
  if (BEGUN.test(text)) return ['', null];
  const [broken] = BROKEN.exec(text) ?? [];
  if (broken !== undefined) return [broken, null];
  const next = String.fromCodePoint(text.codePointAt(1)!);
  const name = nameOf(next);
  const apart = name === 'escape' || name?.startsWith('ctrl-'); // typed one after the other, fast
  return apart ? [ESC, 'escape'] : [ESC + next, name === null ? null : `alt-${name}`];
}

/** The name of a single character's key; null of what no key types. */
function nameOf(character: string): string | null {
  const control = CONTROLS[character];
  if (control !== undefined) return control;
  if (character < ' ') return `ctrl-${String.fromCharCode(character.charCodeAt(0) + 64).toLowerCase()}`;
  return character >= '\x80' && character < '\xa0' ? null : character;
}

const BY_LETTER: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  Z: 'shift-tab',
};

const BY_NUMBER: Readonly<Record<string, string>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};

const [SHIFT, ALT, CTRL, OTHERS] = [1, 2, 4, 8 | 16 | 32]; // bits of xterm's modifiers, less one

const KEY = new RegExp(String.raw`^(${ESC}?)${ESC}(?:\[|O)(\d*)(?:;(\d+)(?::(\d))?)?([A-Za-z~^$])$`);
const RELEASED = '3';

/** The key of a sequence; null of a function key, a report, a reply, or whatever else has no meaning here. */
function sequenceName(sequence: string): string | null {
  if (sequence.endsWith(`${ESC}OM`)) return 'return'; // of the keypad
  const [, alt, number = '', modifiers = '1', event, final = ''] = KEY.exec(sequence) ?? [];
  const name = /[~^$]/.test(final) ? BY_NUMBER[number] : number === '' || number === '1' ? BY_LETTER[final] : undefined;
  const bits = Number(modifiers) - 1;
  if (name === undefined || event === RELEASED || bits & OTHERS) return null;
  return [
    bits & CTRL || final === '^' ? 'ctrl-' : '',
    bits & ALT || alt !== '' ? 'alt-' : '',
    bits & SHIFT || final === '$' ? 'shift-' : '',
    name,
  ].join('');
}
