import { systemReason } from '../commands/complain.ts';
import type { Options, RawOptions } from '../commands/options.ts';
import { createInsideSession } from '../screens/inside-session.ts';
import { createSweepSession } from '../screens/sweep-session.ts';
import { openScreen } from '../terminal/ink-screen.ts';
import { lookOf } from '../terminal/styles.ts';
import { beginApp, type Deed, type News, paste, press, tell } from './app-state.ts';
import { drawApp } from './draw-app.ts';
import { ENDINGS, type ExportFormat } from './export-state.ts';
import { exportOf } from './exports.ts';
import { writeNewFile } from './new-file.ts';
import { type Program, scriptOf } from './script.ts';

export interface AppOptions {
  /** Of mailsim. */
  readonly version: string;
  /** This one, for what it writes to be run. */
  readonly program: Program;
  readonly options: Options;
  /** Options that a command line leaves out without changing a thing. */
  readonly defaults: RawOptions;
}

const MOVING_MS = 50; // between two drawings of a run that is watched: 20 a second

/**
 * Opens the app on a sweep and shows it until it is left. Needs a terminal, and loads Ink: import it only where there is one. When the
 * promise settles the terminal is as before and no thread is left; it rejects where something failed.
 */
export async function openApp({ version, program, options, defaults }: AppOptions): Promise<void> {
  let state = beginApp(version, options, defaults);
  const hear = (news: News) => {
    state = tell(state, news);
    follow();
    screen.refresh(news.to === 'inside' ? MOVING_MS : undefined);
  };
  const follow = () => {
    sweep.follow(state.sweep);
    inside.follow(state.inside);
  };
  const look = lookOf(process.env, options);
  const screen = openScreen({
    look,
    asksTheme: options.theme === null && look.depth > 1 && process.env['TERM'] !== 'linux', // whose console would show the question
    draw(width, height) {
      state = tell(state, { to: 'window', size: { width, height } });
      return drawApp(state, width, height);
    },
    press(key) {
      const pressed = press(state, key);
      state = pressed.state;
      follow();
      if (pressed.deed !== null) act(pressed.deed);
    },
    paste(text) {
      state = paste(state, text);
    },
    lend: (isLent) => sweep.follow(state.sweep, isLent),
  });
  const sweep = createSweepSession(options.threads, (event) => hear({ to: 'sweep', event }), screen.close);
  const inside = createInsideSession((event) => hear({ to: 'inside', event }), screen.close);

  function act(deed: Deed): void {
    if (deed === 'quit') screen.close();
    else if (deed === 'suspend') void suspend();
    else if (deed === 'redraw') screen.redraw();
    else hear({ to: 'shell', message: write(deed.write) });
  }

  async function suspend(): Promise<void> {
    if (!(await screen.suspend())) hear({ to: 'shell', message: 'not suspended: there is no shell that could go on with it' });
  }

  /** Writes what is on the screen to a new file; returns what came of it. */
  function write(format: ExportFormat): string {
    const { name, text } = exportOf(state, format);
    const content = format === 'command' ? scriptOf(text, version, program) : text;
    try {
      return `wrote ${writeNewFile(process.cwd(), name, ENDINGS[format], content)}`;
    } catch (error) {
      return `not written: ${systemReason(error)}`;
    }
  }

  try {
    follow();
    await screen.closed;
  } finally {
    await Promise.all([inside.stop(), sweep.stop()]);
  }
}
