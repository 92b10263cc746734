import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_REPLY_BYTES, ReplyError, SmtpReplies } from './smtp-replies.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Follows a dialogue: what the exchanger says to the greeting, then after each command. */
function follow(greeting: string, ...exchanges: readonly (readonly [command: string, reply: string])[]): SmtpReplies {
  const replies = new SmtpReplies();
  replies.read(bytes(greeting));
  for (const [command, reply] of exchanges) {
    replies.sent(command);
    replies.read(bytes(reply));
  }
  return replies;
}

const ENVELOPE = [
  ['EHLO pod', '250-mx.test\r\n250-SIZE 10\r\n250 PIPELINING\r\n'],
  ['MAIL FROM:<a@b.test>', '250 2.1.0 ok\r\n'],
  ['RCPT TO:<c@d.test>', '251 2.1.5 f\xc3\xbcr\tdich\r\n'],
  ['DATA', '354 go\r\n'],
] as const;

test('a dialogue as RFC 5321 has it', () => {
  expect(() => follow('220 mx.test\r\n', ...ENVELOPE, ['.', '250 2.0.0 queued\r\n'])).not.toThrow();
  expect(() => follow('220 x\r\n', ...ENVELOPE.slice(0, 3), ['DATA', '354 go\r\n552 too large\r\n'])).not.toThrow();
  expect(() => follow('220\r\n', ['EHLO pod', '502\n'], ['HELO pod', '250-\r\n250\r\n'], ['MAIL', '550 no\r\n'])).not.toThrow();
});

test('commands sent together are answered together', () => {
  const replies = follow('220 x\r\n', ['EHLO pod', '250 PIPELINING\r\n']);
  for (const command of ['MAIL', 'RCPT', 'DATA']) replies.sent(command);
  replies.read(bytes('250 a\r\n550 b\r\n354 c\r\n'));
  replies.sent('.');
  replies.read(bytes('554 d\r\n'));
  expect(replies.isAmidReply).toBe(false);
  expect(replies.read(bytes('garbage'))).toHaveLength(0); // the transaction is over
});

test('nothing is read after the reply that decides', () => {
  const taken = (refused: SmtpReplies, chunk: string) => refused.read(bytes(chunk)).toString();
  expect(taken(new SmtpReplies(), '554 no\r\n220-yes')).toBe('554 no\r\n');
  const refused = follow('220 x\r\n', ...ENVELOPE.slice(0, 1));
  refused.sent('MAIL');
  expect(taken(refused, '550-no\r\n550 never\r\n421 bye\r\n')).toBe('550-no\r\n550 never\r\n');
  const accepted = follow('220 x\r\n', ...ENVELOPE);
  accepted.sent('.');
  expect(taken(accepted, '250 ok\r\n250-more\r\n')).toBe('250 ok\r\n');
  expect(() => follow('220 x\r\n', ['EHLO pod', '502 no\r\n250 yes\r\n'])).toThrow(ReplyError);
});

test.each([
  ['a code of four digits', '2509 ok\r\n'],
  ['a code beyond any integer', '2509999999999 ok\r\n'],
  ['a code of two digits', '25 ok\r\n'],
  ['no code', 'ok\r\n'],
  ['nothing', '\r\n'],
  ['a space before the code', ' 250 ok\r\n'],
  ['a sign', '-250 ok\r\n'],
  ['other digits', '\xb250 ok\r\n'],
  ['another separator', '250_ok\r\n'],
  ['000', '000 ok\r\n'],
  ['199', '199 ok\r\n'],
  ['600', '600 ok\r\n'],
  ['999', '999 ok\r\n'],
  ['two codes in one reply', '250-ok\r\n550 no\r\n'],
  ['a line without code in one reply', '250-ok\r\nmore\r\n250 ok\r\n'],
  ['an empty line in one reply', '250-ok\r\n\r\n250 ok\r\n'],
  ['a NUL', '250 o\0k\r\n'],
  ['an escape', '250 \x1b[2J\r\n'],
  ['DEL', '250 \x7f\r\n'],
  ['a lone CR', '250 ok\r250 ok\r\n'],
  ['CR CR LF', '250 ok\r\r\n'],
  ['two replies', '250 ok\r\n250 ok\r\n'],
  ['the beginning of a second reply', '250 ok\r\n2'],
  ['3xx where nothing is to go on', '354 go\r\n'],
] as const)('to a command: %s', (_what, reply) => {
  expect(() => follow('220 x\r\n', ['EHLO pod', reply])).toThrow(ReplyError);
});

test.each([
  ['2xx as the reply to DATA', () => follow('220 x\r\n', ...ENVELOPE.slice(0, 3), ['DATA', '250 ok\r\n'])],
  ['3xx as the final reply', () => follow('220 x\r\n', ...ENVELOPE, ['.', '354 more\r\n'])],
  ['3xx as the greeting', () => follow('354 x\r\n')],
  ['a reply before the command', () => follow('220 x\r\n250 ok\r\n')],
  ['2xx before the message was sent', () => follow('220 x\r\n', ...ENVELOPE.slice(0, 3), ['DATA', '354 go\r\n250 ok\r\n'])],
] as const)('%s', (_what, dialogue) => {
  expect(dialogue).toThrow(ReplyError);
});

test('however long a line or a reply goes on, it is cut off at so many bytes', () => {
  for (const endless of ['x', '250-y\r\n', '\t']) {
    const replies = new SmtpReplies();
    replies.read(bytes(endless.startsWith('2') ? '' : '250 '));
    const chunk = bytes(endless.repeat(1000));
    let taken = 0;
    expect(() => {
      for (; taken < 1e6; taken += chunk.length) replies.read(chunk);
    }).toThrow('replies of more than');
    expect(taken).toBeLessThanOrEqual(MOST_REPLY_BYTES);
  }
});

test('chunks change nothing', () => {
  const said = fc.string({
    unit: fc.constantFrom('2', '5', '0', ' ', '-', '\r\n', '\r', '\n', 'a', '\0', '250 ok\r\n', '354 go\r\n'),
    maxLength: 20,
  });
  const verdict = (chunks: readonly string[]) => {
    const replies = new SmtpReplies();
    for (const command of ['EHLO', 'MAIL', 'RCPT', 'DATA']) replies.sent(command);
    try {
      for (const chunk of chunks) replies.read(bytes(chunk));
      return replies.isAmidReply;
    } catch (error) {
      return (error as Error).message;
    }
  };
  fc.assert(
    fc.property(said, (text) => verdict([...text]) === verdict([text])),
    { numRuns: 2000 },
  );
});
