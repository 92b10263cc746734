import { render, useApp } from 'ink';
import { createElement, useLayoutEffect } from 'react';
import type { Line } from './canvas.ts';
import { learnWindowSize, stopUntilContinued } from './job-control.ts';
import { createKeyboard, type Keyboard } from './keyboard.ts';
import type { Input } from './keys.ts';
import { createPainter } from './painter.ts';
import type { Look, Theme } from './styles.ts';

/** The terminal's whole window, for as long as it is open. */
export interface Screen {
  /** Asks for a new drawing, so many ms after the one before or later; many asks give one drawing. */
  refresh(ms?: number): void;
  /** Draws every cell anew, whatever the terminal shows. */
  redraw(): void;
  /** Gives the terminal back and stops the process, with all of its job, until the shell lets it go on. False where there is no such shell. */
  suspend(): Promise<boolean>;
  /** Gives the terminal back as it was. An error is what `closed` rejects with. */
  close(error?: unknown): void;
  /** Resolves when the terminal has been given back. */
  readonly closed: Promise<void>;
}

export interface ScreenOptions {
  readonly look: Look;
  /** Whether the terminal is asked for its background, which then decides about the theme; nothing is drawn until it has answered, or does not. */
  readonly asksTheme: boolean;
  /** Draws the window: `height` lines, each `width` cells wide. */
  draw(width: number, height: number): readonly Line[];
  /** Told of each key; the window is drawn anew after it. */
  press(key: string): void;
  /** Told of a text that was pasted; likewise. */
  paste(text: string): void;
  /** Told before the terminal is lent to the shell, and when it is back. */
  lend(isLent: boolean): void;
}

const KEY_MS = 53; // between two drawings that keys ask for: with one more in between, at most 20 a second
const NEWS_MS = 250; // from one drawing to the next that only has news: what no one waits for leaves the cores to the simulation

type Suspend = ReturnType<typeof useApp>['suspendTerminal'];

interface OwnerProps {
  readonly keyboard: Keyboard;
  /** Is given what hands the terminal to others for a while. */
  lend(suspendTerminal: Suspend): void;
}

/** All that Ink has to draw: nothing. It owns the terminal and gives it back; the painter fills it, and its keys are read apart. */
function Owner({ keyboard, lend }: OwnerProps) {
  lend(useApp().suspendTerminal);
  useLayoutEffect(() => {
    keyboard.listen();
    return keyboard.leave; // also when the process dies
  }, [keyboard]);
  return null;
}

/** Takes the terminal over: alternate screen, no cursor, raw keys. Ink gives it back in any case, also when the process dies. */
export function openScreen({ look, asksTheme, draw, press, paste, lend }: ScreenOptions): Screen {
  const { stdout } = process;
  let timer: NodeJS.Timeout | undefined;
  let timerMs = Infinity; // when it is due
  let drawnMs = -Infinity; // the latest drawing,
  let keyDrawnMs = -Infinity; // and the latest that a key asked for
  let keyWaits = false;
  let open = true;
  let lent = false; // to the shell
  let blank = asksTheme; // still
  let painter = createPainter(look);
  const keyboard = createKeyboard(hear, asksTheme ? repaint : null);
  let suspendTerminal: Suspend | null = null;
  const failures: unknown[] = [];

  function hear(inputs: readonly Input[]): void {
    if (inputs.length === 0) return;
    for (const input of inputs) {
      if (!open || lent) return; // what was typed after a key that left the screen is not for it
      if ('key' in input) press(input.key);
      else paste(input.pasted);
    }
    keyWaits = true;
    drawAt(keyDrawnMs + KEY_MS);
  }

  function drawNow(): void {
    clearTimeout(timer);
    timer = undefined;
    timerMs = Infinity;
    drawnMs = performance.now();
    if (keyWaits) keyDrawnMs = drawnMs;
    keyWaits = false;
    if (!open || lent || blank) return;
    try {
      const painted = painter.paint(draw(stdout.columns, stdout.rows));
      if (painted !== '') stdout.write(painted);
    } catch (error) {
      close(error);
    }
  }

  /** Draws at an instant, or now where that has passed; not at all where a drawing is due before. */
  function drawAt(ms: number): void {
    const nowMs = performance.now();
    const dueMs = Math.max(nowMs, ms);
    if (!open || dueMs >= timerMs) return;
    clearTimeout(timer);
    timerMs = dueMs;
    timer = setTimeout(drawNow, dueMs - nowMs);
  }

  function redraw(): void {
    painter.forget();
    drawNow();
  }

  function repaint(theme: Theme): void {
    painter = createPainter({ ...look, theme });
    drawNow();
  }

  /** Gives the terminal back until something has come about, and takes it again as it is then. */
  async function lendUntil(comesAbout: () => Promise<void>): Promise<void> {
    if (!open || lent) return;
    lent = true;
    lend(true);
    try {
      await keyboard.answered;
      await suspendTerminal?.(async () => {
        keyboard.leave();
        await comesAbout();
        if (!open) return;
        keyboard.listen(); // before anything is written: in the background the system stops a process that does this
        learnWindowSize();
      });
      lent = false;
      lend(false);
      redraw();
    } catch (error) {
      close(error);
    }
  }

  async function suspend(pid: number): Promise<boolean> {
    let stopped = false;
    await lendUntil(async () => {
      stopped = await stopUntilContinued(pid);
    });
    return stopped;
  }

  const suspendAlone = () => void suspend(process.pid); // told to by a signal, which the others of the job have got or were not meant to
  const takeAgain = () => void lendUntil(async () => {}); // after a stop that nobody foresaw (SIGSTOP): others have had the terminal

  function close(error?: unknown): void {
    open = false;
    clearTimeout(timer);
    if (error !== undefined) failures.push(error);
    void keyboard.answered.then(() => ink.unmount());
  }

  const ink = render(createElement(Owner, { keyboard, lend: (suspend) => (suspendTerminal = suspend) }), {
    interactive: true, // whether this is a terminal for screens is the caller's to decide
    alternateScreen: true,
    exitOnCtrlC: false,
  });
  process.on('SIGTSTP', suspendAlone);
  process.on('SIGCONT', takeAgain);
  learnWindowSize(); // it may have been stopped while it was starting
  stdout.on('resize', redraw); // after Ink's own listener, which may clear the window
  drawNow();
  void keyboard.answered.then(() => {
    blank = false;
    drawNow();
  });
  const closed = ink
    .waitUntilExit()
    .finally(() => {
      open = false;
      clearTimeout(timer);
      stdout.off('resize', redraw);
      process.off('SIGTSTP', suspendAlone);
      process.off('SIGCONT', takeAgain);
    })
    .then(() => {
      if (failures.length > 0) throw failures[0];
    });
  return { refresh: (ms = NEWS_MS) => drawAt(drawnMs + ms), redraw, suspend: () => suspend(0), close, closed };
}
