import type { Binding } from './bindings.ts';

/** What a key does that is not a matter of one screen alone. */
export type ShellAction = 'inside' | 'edit' | 'scenario' | 'export' | 'undo' | 'redo' | 'next seed' | 'refine' | 'back' | 'help' | 'quit';

/** What the app is for: every footer begins with it. */
export const SET: Binding<ShellAction> = { shown: '/', help: 'set a parameter or option', hint: '/ set', keys: { '/': 'edit' } };

/** The keys of every screen; a screen's own win. */
export const EVERYWHERE: readonly Binding<ShellAction>[] = [
  SET,
  { shown: 'e', help: 'export: JSON CSV SVG cmd', hint: 'e export', keys: { e: 'export' } },
  { shown: 'S', help: 'choose a scenario', hint: '', keys: { S: 'scenario' } },
  { shown: 'u U', help: 'undo, redo a change', hint: 'u undo', keys: { u: 'undo', U: 'redo' } },
  { shown: 'Esc', help: 'back; also Backspace', hint: '', keys: { escape: 'back', backspace: 'back' } },
];

/** Those that nothing else can take: they do the same in every screen and over it. */
export const ANYWHERE: readonly Binding<'suspend' | 'redraw' | 'quit'>[] = [
  { shown: '^Z ^L', help: 'suspend; draw anew', hint: '', keys: { 'ctrl-z': 'suspend', 'ctrl-l': 'redraw' } },
  { shown: '^C', help: 'quit at once', hint: '', keys: { 'ctrl-c': 'quit' } },
];

/** Those that the footer always has, at its right end. */
export const ALWAYS: readonly Binding<ShellAction>[] = [
  { shown: '?', help: 'this help', hint: '? help', keys: { '?': 'help' } },
  { shown: 'q', help: 'quit; asks during a sweep', hint: 'q quit', keys: { q: 'quit' } },
];
