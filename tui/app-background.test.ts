import { expect, test } from 'vitest';
import { CTRL_C } from './terminal/testing.ts';
import { ENDLESS, ESCAPE, inFolder, isAsBefore, SMALL } from './testing.ts';

/** The terminal is asked for its background, and what it answers is seen in the colours alone. */

const { open } = inFolder('background');
const WHITE = 'rgb:ffff/ffff/ffff';
const BLACK = 'rgb:0000/0000/0000';
const MODEL = { light: `${ESCAPE}[1;38;2;0;114;178m`, dark: `${ESCAPE}[1;38;2;86;180;233m` };
const QUESTION = `${ESCAPE}]11;?`;
const NO_ANSWER = { answers: false };

/** The themes in which something of what was written so far is drawn. */
const themesOf = (output: string) => (['light', 'dark'] as const).filter((theme) => output.includes(MODEL[theme]));

test.each([
  ['a light one', [], {}, { background: WHITE }, 'light'],
  ['a dark one, whatever the environment says', [], { COLORFGBG: '0;15' }, { background: BLACK }, 'dark'],
  ['a terminal that does not know the question, as the environment says', [], { COLORFGBG: '0;15' }, {}, 'light'],
  ['a terminal that does not know the question', [], {}, {}, 'dark'],
  ['a terminal that answers nothing', [], {}, NO_ANSWER, 'dark'],
] as const)('of %s', async (_, args, env, surroundings, theme) => {
  const app = open([...ENDLESS, ...args], SMALL, env, surroundings);
  await app.shows(/theory.* \? help/s);
  app.write(CTRL_C);
  await isAsBefore(app);
  expect(app.output().split(QUESTION)).toHaveLength(2); // asked once
  expect(themesOf(app.output())).toEqual([theme]);
  expect(app.output()).not.toContain('rgb:');
});

test.each([
  ['a theme was asked for', ['--theme', 'dark'], {}],
  ['there are no colours', [], { NO_COLOR: '1' }],
  ['the terminal has none', [], { TERM: 'vt100' }],
  ['the console would show the question', [], { TERM: 'linux' }],
])('nothing is asked if %s', async (_, args, env) => {
  const app = open([...ENDLESS, ...args], SMALL, env, { background: WHITE });
  await app.shows(/theory.* \? help/s);
  app.write(CTRL_C);
  await isAsBefore(app);
  expect(app.output()).not.toContain(QUESTION);
  expect(themesOf(app.output())).not.toContain('light');
});

test('an answer that comes late, and in pieces, presses no key and is no text: it gives the colours', async () => {
  const app = open(ENDLESS, SMALL, {}, NO_ANSWER);
  await app.shows(/theory.* \? help/s);
  const answer = `${ESCAPE}]11;${WHITE}${ESCAPE}\\${ESCAPE}[?62;22c`;
  for (const character of answer) {
    app.write(character);
    await new Promise(setImmediate);
  }
  await app.until(new RegExp(MODEL.light.replace('[', '\\[')));
  const frame = app.lines().join('\n');
  expect(frame).not.toMatch(/rgb|ffff|62;22/);
  expect(frame).toMatch(/seed 42/); // no s
  app.write(CTRL_C);
  await isAsBefore(app);
});

test('who leaves before the terminal has answered does not leave the answer to the shell', async () => {
  const app = open(ENDLESS, SMALL, {}, NO_ANSWER);
  await app.until(/\]11;\?/);
  app.write(CTRL_C);
  app.write(`${ESCAPE}]11;${WHITE}${ESCAPE}\\${ESCAPE}[?62;22c`);
  await isAsBefore(app);
  expect(app.lines().join('\n')).not.toMatch(/rgb|ffff|62;22/);
});
