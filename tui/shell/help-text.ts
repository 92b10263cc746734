import type { Style } from '../terminal/styles.ts';

/** The marks in the charts and the table, and what they mean. */
export const MARKS: readonly (readonly [mark: string, style: Style, meaning: string])[] = [
  ['⠒⠒⠒⠒', 'model', 'the model'],
  ['⢕⢕⢕⢕', 'band', 'its 95% interval'],
  ['⠒⠂ ⠒⠂', 'theory', 'closed form, or near one'],
  ['⠁⠈ ⠂', 'ghost', 'before the last change'],
  ['▾ ▿ ◇', 'plain', 'below that: model before real'],
  ['◆', 'service', 'measured, real service'],
  ['┊ ▲', 'knee', 'the knee: limit passed'],
  ['┃ ▶', 'plain', 'the cursor'],
  ['~', 'plain', 'coarse: more to come'],
];

/** What else to know, a line each. */
export const NOTES: readonly string[] = [
  '± is the half of a 95% interval.',
  '<0.003: none seen, and below that.',
  'Colours repeat what marks say.',
  'NO_COLOR=1, --ascii, --theme light.',
];
