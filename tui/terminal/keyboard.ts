import { ASK_BACKGROUND, isLastAnswer, themeOf } from './background.ts';
import { createInputReader, type Input } from './keys.ts';
import type { Theme } from './styles.ts';

const PASTES_ARE_MARKED = '\x1b[?2004h';
const PASTES_ARE_TYPED = '\x1b[?2004l';

/** The keyboard of this process' terminal. While it is listened to, keys come as they are pressed, without echo, and pastes apart from them. */
export interface Keyboard {
  listen(): void;
  /** Gives the terminal back as it was. */
  leave(): void;
  /** Resolves when the terminal has answered what it was asked, or is not going to: before that, who comes after would get the answer. */
  readonly answered: Promise<void>;
}

const ANSWER_MS = 500; // for which an answer is awaited: a terminal far away takes as long as that

/** `hear` is told what is pressed and pasted; `hearTheme`, unless it is null, what the terminal says of its background. */
export function createKeyboard(hear: (inputs: readonly Input[]) => void, hearTheme: ((theme: Theme) => void) | null): Keyboard {
  const { stdin, stdout } = process;
  const { promise: answered, resolve: endQuestion } = Promise.withResolvers<void>();
  const reader = createInputReader(hearReply);
  let asked = hearTheme === null;
  if (asked) endQuestion();
  let timer: NodeJS.Timeout | undefined;
  let chunks = 0; // so far

  function hearReply(reply: string): void {
    const theme = themeOf(reply);
    if (theme !== null) hearTheme?.(theme);
    if (isLastAnswer(reply)) endQuestion();
  }

  /** Not before the terminal is told not to show what it is sent. */
  function ask(): void {
    if (asked) return;
    asked = true;
    stdout.write(ASK_BACKGROUND);
    setTimeout(endQuestion, ANSWER_MS).unref();
  }

  function read(chunk: string): void {
    chunks++;
    clearTimeout(timer);
    hear(reader.push(chunk));
    const patienceMs = reader.patienceMs();
    if (patienceMs !== null) timer = setTimeout(giveUp, patienceMs, chunks);
  }

  /** Only after what is there to be read was read: a process that was busy, or stopped, is late itself. */
  function giveUp(after: number): void {
    setImmediate(() => {
      if (chunks === after) hear(reader.giveUp());
    });
  }

  return {
    listen() {
      stdin.setEncoding('utf8'); // of a character that comes in two chunks, too
      stdin.setRawMode(true);
      stdin.on('data', read);
      stdin.resume();
      stdout.write(PASTES_ARE_MARKED);
      ask();
    },
    answered,
    leave() {
      clearTimeout(timer);
      reader.giveUp();
      chunks++;
      stdin.off('data', read);
      stdin.pause();
      stdin.setRawMode(false);
      stdout.write(PASTES_ARE_TYPED);
    },
  };
}
