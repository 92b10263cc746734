import { createInputReader, type Input } from './keys.ts';

const PASTES_ARE_MARKED = '\x1b[?2004h';
const PASTES_ARE_TYPED = '\x1b[?2004l';

/** The keyboard of this process' terminal. While it is listened to, keys come as they are pressed, without echo, and pastes apart from them. */
export interface Keyboard {
  listen(): void;
  /** Gives the terminal back as it was. */
  leave(): void;
}

/** `hear` is told what is pressed and pasted. */
export function createKeyboard(hear: (inputs: readonly Input[]) => void): Keyboard {
  const { stdin, stdout } = process;
  const reader = createInputReader();
  let timer: NodeJS.Timeout | undefined;
  let chunks = 0; // so far

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
    },
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
