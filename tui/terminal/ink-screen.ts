import { once } from 'node:events';
import { render, useApp, useInput } from 'ink';
import { createElement } from 'react';
import type { Line } from './canvas.ts';
import { keyNames } from './keys.ts';
import { createPainter } from './painter.ts';
import type { Look } from './styles.ts';

/** The terminal's whole window, for as long as it is open. */
export interface Screen {
  /** Asks for a new drawing, so many ms after the one before or later; many asks give one drawing. */
  refresh(ms?: number): void;
  /** Draws every cell anew, whatever the terminal shows. */
  redraw(): void;
  /** Gives the terminal back and stops the process, until the shell lets it go on. */
  suspend(): void;
  /** Gives the terminal back as it was. An error is what `closed` rejects with. */
  close(error?: unknown): void;
  /** Resolves when the terminal has been given back. */
  readonly closed: Promise<void>;
}

export interface ScreenOptions {
  readonly look: Look;
  /** Draws the window: `height` lines, each `width` cells wide. */
  draw(width: number, height: number): readonly Line[];
  /** Told of each key; the window is drawn anew after it. */
  press(key: string): void;
}

const KEY_MS = 53; // between two drawings that keys ask for: with one more in between, at most 20 a second
const NEWS_MS = 250; // from one drawing to the next that only has news: what no one waits for leaves the cores to the simulation

interface KeysProps {
  press(keys: readonly string[]): void;
  /** Is given what hands the terminal to others for a while. */
  lend(suspendTerminal: Suspend): void;
}

type Suspend = ReturnType<typeof useApp>['suspendTerminal'];

/** All that Ink has to draw: nothing. It owns the terminal, reads its keys and gives it back; the painter fills it. */
function Keys({ press, lend }: KeysProps) {
  useInput((input, key) => press(keyNames(input, key)));
  lend(useApp().suspendTerminal);
  return null;
}

/** Takes the terminal over: alternate screen, no cursor, raw keys. Ink gives it back in any case, also when the process dies. */
export function openScreen({ look, draw, press }: ScreenOptions): Screen {
  const { stdout } = process;
  let timer: NodeJS.Timeout | undefined;
  let timerMs = Infinity; // when it is due
  let drawnMs = -Infinity; // the latest drawing,
  let keyDrawnMs = -Infinity; // and the latest that a key asked for
  let keyWaits = false;
  let open = true;
  let lent = false; // to the shell
  const painter = createPainter(look);
  let suspendTerminal: Suspend | null = null;
  const failures: unknown[] = [];

  function pressAll(keys: readonly string[]): void {
    for (const key of keys) if (open) press(key);
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
    if (!open || lent) return;
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

  function suspend(): void {
    suspendTerminal?.(async () => {
      lent = true;
      const goesOn = once(process, 'SIGCONT');
      process.kill(0, 'SIGTSTP'); // the whole group, as the terminal itself would: `npm start` waits for this process and must stop too
      await goesOn;
      lent = false;
    }).then(redraw, close);
  }

  function close(error?: unknown): void {
    open = false;
    clearTimeout(timer);
    if (error !== undefined) failures.push(error);
    ink.unmount();
  }

  const ink = render(createElement(Keys, { press: pressAll, lend: (suspend) => (suspendTerminal = suspend) }), {
    interactive: true, // whether this is a terminal for screens is the caller's to decide
    alternateScreen: true,
    exitOnCtrlC: false,
  });
  stdout.on('resize', redraw); // after Ink's own listener, which may clear the window
  drawNow();
  const closed = ink
    .waitUntilExit()
    .finally(() => {
      open = false;
      clearTimeout(timer);
      stdout.off('resize', redraw);
    })
    .then(() => {
      if (failures.length > 0) throw failures[0];
    });
  return { refresh: (ms = NEWS_MS) => drawAt(drawnMs + ms), redraw, suspend, close, closed };
}
