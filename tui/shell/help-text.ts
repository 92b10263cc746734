import type { Style } from '../terminal/styles.ts';

/** Signs of one meaning: apart by spaces those that mean the same, or go together. */
export type Mark = readonly [signs: string, style: Style, meaning: string];

const AXES: Mark = ['─│└ ┴┤├', 'faint', 'axes and rules'];
const NOT_KNOWN: Mark = ['–', 'plain', 'not known'];

export const SWEEP_MARKS: readonly Mark[] = [
  ['⠒⠒⠒⠒', 'model', 'the model'],
  ['⢕⢕⢕⢕', 'band', 'its 95% interval'],
  ['⠒⠂ ⠒⠂', 'theory', 'closed form, or near one'],
  ['⠁⠈ ⠂', 'ghost', 'before the last change'],
  ['◆', 'service', 'measured, real service'],
  ['▾', 'model', 'below that, in the model'],
  ['▿', 'ghost', 'below that, before'],
  ['◇', 'service', 'below that, real service'],
  ['┊ ▲', 'knee', 'the knee: limit passed'],
  ['┃ ┸ ▶', 'plain', 'the cursor; the scrollbar'],
  ['~', 'plain', 'coarse: more to come'],
  ['· ░', 'faint', 'still to come'],
  ['█', 'plain', 'so much of it'],
  NOT_KNOWN,
  AXES,
];

export const INSIDE_MARKS: readonly Mark[] = [
  ['G Y O C', 'plain', 'waits for that ISP'],
  ['&', 'plain', 'for one without a letter'],
  ['Y', 'late', 'for longer than its p99'],
  ['l c', 'plain', 'for the loop, a connection'],
  ['i u q', 'statement', 'INSERT, UPDATE, SELECT'],
  ['█', 'model', 'so many of them'],
  ['· ┄', 'faint', 'free; time to come'],
  ['!', 'bad', 'every worker is busy'],
  ['x', 'bad', 'down'],
  ['▸', 'plain', 'what a fault strikes'],
  ['●', 'strong', 'now'],
  ['━', 'bad', 'as long as a fault lasts'],
  ['▼', 'bad', 'a fault begins'],
  ['▲', 'strong', 'what it struck recovers'],
  ['▽', 'faint', 'a fault that is planned'],
  ['△', 'faint', 'a recovery that is planned'],
  ['⢀⣀⣿', 'model', 'figures in time'],
  NOT_KNOWN,
  AXES,
];

/** What else to know, a line each. */
export const NOTES: readonly string[] = [
  '± is the half of a 95% interval.',
  '<0.003: none seen, and below that.',
  '× times  ÷ by  → becomes  … cut',
  '✓ can be set  ✗ cannot',
  'Colours repeat what marks say.',
  'NO_COLOR=1, --ascii, --theme light.',
];
