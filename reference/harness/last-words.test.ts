import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLastWords } from './last-words.ts';

/** What is kept of what a part wrote, and what the log gets. */
async function hear(text: string) {
  const logged: string[] = [];
  const words = createLastWords('part', (part, line) => logged.push(`${part} ${line}`));
  const stream = Readable.from([text]);
  words.hear(stream);
  await new Promise((resolve) => stream.once('close', resolve));
  return { words: `${words}`, logged };
}

test('the last lines, of a log in JSON what it says, of an error no stack', async () => {
  const { words, logged } = await hear(
    [
      ...Array.from({ length: 20 }, (_, i) => `line ${i}`),
      '{"level":60,"err":{"message":"too many","stack":"Error: too many\\n at x"},"msg":"could not start"}',
      '{"level":40,"msg":"lost a connection"}',
      '{"level":30,"msg":"answered"}',
      '{ no JSON',
      '',
      'Error: at last',
      '    at file:///x.js:1:1',
      '}',
      'Node.js v24.0.0',
    ].join('\n'),
  );
  const last = [
    ...Array.from({ length: 8 }, (_, i) => `line ${i + 12}`),
    'could not start: too many',
    'lost a connection',
    '{ no JSON',
    'Error: at last',
  ];
  expect(words.split('\n')).toEqual(last);
  expect(logged).toHaveLength(29);
});

test.each([
  ['postgres://user:secret@host/x', 'postgres://user:***@host/x'],
  ["input: 'postgresql://us%20er:se%40cr@et@127.0.0.1:5/x?a=b'", "input: 'postgresql://us%20er:***@127.0.0.1:5/x?a=b'"],
  ['postgres://host/x?user=a&password=secret&b=c', 'postgres://host/x?user=a&password=***&b=c'],
  ['postgres://user@host/x and http://127.0.0.1:1/', 'postgres://user@host/x and http://127.0.0.1:1/'],
])('%s is %s everywhere', async (line, masked) => {
  expect(await hear(line)).toEqual({ words: masked, logged: [`part ${masked}`] });
});
