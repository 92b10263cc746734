import { once } from 'node:events';
import { render, Transform, useApp, useInput } from 'ink';
import { createElement } from 'react';
import type { Line } from './canvas.ts';
import { keyNames } from './keys.ts';
import { encode, type Look } from './styles.ts';

/** The terminal's whole window, for as long as it is open. */
export interface Screen {
  /** Asks for a new drawing soon; many asks give one drawing. */
  refresh(): void;
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

const FRAME_MS = 50; // between two drawings: 20 a second
const NEWS_MS = 100; // until news is drawn: what no one waits for leaves the cores to the simulation

interface FrameProps {
  readonly lines: readonly string[];
  press(keys: readonly string[]): void;
  /** Is given what hands the terminal to others for a while. */
  lend(suspendTerminal: Suspend): void;
}

type Suspend = ReturnType<typeof useApp>['suspendTerminal'];

function Frame({ lines, press, lend }: FrameProps) {
  useInput((input, key) => press(keyNames(input, key)));
  lend(useApp().suspendTerminal);
  // One text of blank rows, whose cells Ink does not have to measure, style and wrap: each frame costs a third of one `<Text>` a row.
  return createElement(Transform, { transform: (_, row) => lines[row] ?? '' }, lines.map(() => ' ').join('\n'));
}

/** Takes the terminal over: alternate screen, no cursor, raw keys. Ink gives it back in any case, also when the process dies. */
export function openScreen({ look, draw, press }: ScreenOptions): Screen {
  const { stdout } = process;
  let timer: NodeJS.Timeout | undefined;
  let timerMs = Infinity; // when it is due
  let drawnMs = -Infinity;
  let open = true;
  let suspendTerminal: Suspend | null = null;
  const failures: unknown[] = [];

  function frame() {
    const lines = draw(stdout.columns, stdout.rows).map((line) => encode(line, look));
    return createElement(Frame, { lines, press: pressAll, lend: (suspend) => (suspendTerminal = suspend) });
  }

  function pressAll(keys: readonly string[]): void {
    for (const key of keys) if (open) press(key);
    drawWithin(0);
  }

  function drawNow(): void {
    clearTimeout(timer);
    timer = undefined;
    timerMs = Infinity;
    drawnMs = performance.now();
    try {
      if (open) ink.rerender(frame());
    } catch (error) {
      close(error);
    }
  }

  function drawWithin(ms: number): void {
    const nowMs = performance.now();
    const dueMs = Math.max(nowMs + ms, drawnMs + FRAME_MS);
    if (!open || dueMs >= timerMs) return;
    clearTimeout(timer);
    timerMs = dueMs;
    timer = setTimeout(drawNow, dueMs - nowMs);
  }

  function redraw(): void {
    ink.clear();
    drawNow();
  }

  function suspend(): void {
    suspendTerminal?.(async () => {
      const goesOn = once(process, 'SIGCONT');
      process.kill(0, 'SIGTSTP'); // the whole group, as the terminal itself would: `npm start` waits for this process and must stop too
      await goesOn;
    }).then(redraw, close);
  }

  function close(error?: unknown): void {
    open = false;
    clearTimeout(timer);
    if (error !== undefined) failures.push(error);
    ink.unmount();
  }

  const ink = render(frame(), {
    interactive: true, // whether this is a terminal for screens is the caller's to decide
    alternateScreen: true,
    exitOnCtrlC: false,
    incrementalRendering: true,
    maxFps: 1000 / FRAME_MS,
  });
  // Before Ink's own listener, which would draw the lines of the old size once more.
  stdout.prependListener('resize', drawNow);
  const closed = ink
    .waitUntilExit()
    .finally(() => {
      open = false;
      clearTimeout(timer);
      stdout.off('resize', drawNow);
    })
    .then(() => {
      if (failures.length > 0) throw failures[0];
    });
  return { refresh: () => drawWithin(NEWS_MS), redraw, suspend, close, closed };
}
