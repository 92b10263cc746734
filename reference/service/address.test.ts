import { expect, test } from 'vitest';
import { domainOf, isAddress } from './address.ts';

const label = 'x'.repeat(63);

test.each([
  'ann@gmail.test',
  'ANN.LEE+news@Mail.Gmail.Test',
  "!#$%&'*+-/=?^_`{|}~@a.b",
  '1@1.a1',
  'ann@xn--bcher-kva.example',
  `${'x'.repeat(64)}@a.test`,
  `a@${label}.${label}.${label}.test`,
])('%s is an address', (address) => {
  expect(isAddress(address)).toBe(true);
});

test.each([
  '',
  'ann',
  '@gmail.test',
  'ann@',
  'ann@localhost',
  'ann@@gmail.test',
  'ann@gmail..test',
  'ann@.gmail.test',
  'ann@gmail.test.',
  '.ann@gmail.test',
  'ann.@gmail.test',
  'an..n@gmail.test',
  'ann@-gmail.test',
  'ann@gmail-.test',
  'ann@127.0.0.1',
  'ann@[127.0.0.1]',
  '"ann lee"@gmail.test',
  'Ann <ann@gmail.test>',
  'ann@gmail.test, eve@gmail.test',
  'ann@gmail.test\n',
  'ann@gmail.test\r\nRCPT TO:<eve@gmail.test>',
  'änn@gmail.test',
  'ann@bücher.example',
  `${'x'.repeat(65)}@a.test`,
  `a@${label}x.test`,
  `a@${`${label}.`.repeat(4)}test`,
])('%j is none', (address) => {
  expect(isAddress(address)).toBe(false);
});

test('a hostile text takes no time', () => {
  const start = performance.now();
  for (const text of [`${'a.'.repeat(500_000)}@`, `a@${'a-'.repeat(500_000)}`, '@'.repeat(1_000_000)]) expect(isAddress(text)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1_000);
});

test('the domain is in lower case', () => {
  expect(domainOf('Ann@Gmail.TEST')).toBe('gmail.test');
});
