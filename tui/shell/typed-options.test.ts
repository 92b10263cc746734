import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoted } from './parameters.ts';
import { typedOptions } from './typed-options.ts';

const pairs = (text: string) => typedOptions(text).map(({ name, value }) => [name, value]);

test('a text that begins with no dash is one setting, whatever is in it', () => {
  for (const text of ['', 'pods.workers=100', 'smtp.isps.gmail.source=a --seed 7', "x='1'"]) expect(pairs(text)).toEqual([['set', text]]);
});

test('options are given with a blank or =, one after the other', () => {
  expect(pairs('--rates 100..500:50')).toEqual([['rates', '100..500:50']]);
  expect(pairs(' --rates=100,200  --seed 7 --set pods.workers=60')).toEqual([
    ['rates', '100,200'],
    ['seed', '7'],
    ['set', 'pods.workers=60'],
  ]);
  expect(pairs('--limit=sojournMs.p99<=1500')).toEqual([['limit', 'sojournMs.p99<=1500']]);
  expect(pairs('--seed -5')).toEqual([['seed', '-5']]);
});

test('an option that is still typed has no value yet', () => {
  expect(pairs('--ra')).toEqual([['ra', null]]);
  expect(pairs('--')).toEqual([['', null]]);
  expect(pairs('--rates ')).toEqual([['rates', '']]);
  expect(pairs('--seed 7 --')).toEqual([
    ['seed', '7'],
    ['', null],
  ]);
});

test('a value may have blanks, and what a shell would have in quotes is read as the shell would', () => {
  expect(pairs('--set pods.eventLoop={"a": 1, "b": 2} --seed 7')).toEqual([
    ['set', 'pods.eventLoop={"a": 1, "b": 2}'],
    ['seed', '7'],
  ]);
  for (const value of ['a b', "it's", 'a --b c', '[{"name":"x"}]', 'sojournMs.p99<=1500']) {
    expect(execFileSync('sh', ['-c', `printf %s ${quoted(value)}`], { encoding: 'utf8' })).toBe(value);
    expect(pairs(`--set ${quoted(value)} --seed 7`)).toEqual([
      ['set', value],
      ['seed', '7'],
    ]);
    expect(pairs(`--set path=${quoted(value)}`)).toEqual([['set', `path=${value}`]]);
  }
});

test('what a shell would have in double quotes, too; an option is no value of the one before it', () => {
  for (const typed of ['"pods.workers=60"', 'pods.workers="60"', '"a --b c"', 'x="it\'s"', '"x={\\"a\\": 1}"']) {
    const value = execFileSync('sh', ['-c', `printf %s ${typed}`], { encoding: 'utf8' });
    expect(pairs(`--set ${typed} --seed 7`)).toEqual([
      ['set', value],
      ['seed', '7'],
    ]);
  }
  for (const blanks of [' ', '  ']) {
    expect(pairs(`--set${blanks}--seed 3`)).toEqual([
      ['set', ''],
      ['seed', '3'],
    ]);
  }
});

test('each says where it stands', () => {
  const text = '--seed 7  --rates=1,2';
  expect(typedOptions(text).map(({ from, valueFrom }) => [text.slice(from, valueFrom), text.slice(valueFrom)])).toEqual([
    ['--seed ', '7  --rates=1,2'],
    ['--rates=', '1,2'],
  ]);
});
