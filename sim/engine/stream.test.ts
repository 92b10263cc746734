import seedrandom from 'seedrandom';
import { describe, expect, test, vi } from 'vitest';
import { assertInside, binomialInterval, chiSquareInterval, kolmogorovDistance, kolmogorovLimit, meanInterval, Z } from '../testing.ts';
import { normalCdf } from '../theory/normal.ts';
import { createStreams, Stream } from './stream.ts';
import { EDGE, LAYERS, R } from './ziggurat.ts';

vi.setConfig({ testTimeout: 60_000 });

const N = 1_000_000;

function seeded(key: string): Stream {
  const stream = new Stream();
  stream.seed(key);
  return stream;
}
const draws = (n: number, draw: () => number): Float64Array => Float64Array.from({ length: n }, draw);
const uniforms = (key: string, n: number): Float64Array => {
  const stream = seeded(key);
  return draws(n, () => stream.uniform());
};

test('sfc32 as published, from the state that seedrandom gives', () => {
  const stream = seeded('42/0/arrivals');
  const { int32 } = seedrandom('42/0/arrivals');
  const word = (x: bigint) => x & 0xffffffffn;
  let [a, b, c, counter] = [word(BigInt(int32())), word(BigInt(int32())), word(BigInt(int32())), 1n];
  for (let i = 0; i < 10_000; i++) {
    const result = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + (c << 3n));
    c = word(word((c << 21n) | (c >> 11n)) + result);
    expect(stream.int32() >>> 0).toBe(Number(result));
  }
});

describe('names', () => {
  test('the same key gives the same draws, also when the stream has been used before', () => {
    const used = seeded('other');
    for (let i = 0; i < 100; i++) used.normal();
    used.seed('42/0/isp');
    expect(draws(1_000, () => used.uniform())).toEqual(uniforms('42/0/isp', 1_000));
  });

  // The correlation of n independent pairs has the deviation 1/√n.
  const names = ['42/0/arrivals', '42/0/isp', '42/1/arrivals', '43/0/arrivals', '42/0/smtp/gmail', '42/0/smtp/yahoo', '42/0/reply/gmail'];
  test.each(names.flatMap((name, i) => names.slice(i).map((other) => [name, other])))('%s and %s are not correlated', (name, other) => {
    const n = 200_000;
    const [x, y] = [uniforms(name!, n + 1), uniforms(other!, n + 1)];
    const correlation = (shift: number) =>
      12 * (x.subarray(0, n).reduce((sum, value, i) => sum + (value - 0.5) * (y[i + shift]! - 0.5), 0) / n);
    if (name !== other) assertInside(correlation(0), meanInterval(0, 1, n));
    assertInside(correlation(1), meanInterval(0, 1, n));
  });

  test('a new stream disturbs no other, wherever it comes in', () => {
    const streams = createStreams();
    const isp = streams.stream('isp');
    const others = createStreams();
    others.stream('new');
    const ispThere = others.stream('isp');
    others.stream('newer');
    for (const each of [streams, others]) each.seed('42/0');
    expect(draws(100, () => ispThere.uniform())).toEqual(draws(100, () => isp.uniform()));
  });

  test('a name is given out once', () => {
    const { stream } = createStreams();
    stream('isp');
    expect(() => stream('isp')).toThrow("stream 'isp' is in use");
  });
});

describe('uniform', () => {
  test('lies inside (0, 1) at both ends of the integers', () => {
    const stream = new Stream();
    const int32 = vi.spyOn(stream, 'int32');
    int32.mockReturnValue(0);
    expect(stream.uniform()).toBe(2 ** -33);
    int32.mockReturnValue(-1);
    expect(stream.uniform()).toBe(1 - 2 ** -33);
  });

  /** Chi-square of n draws of a whole number below k, each as likely. */
  function chiSquare(k: number, n: number, draw: () => number): number {
    const counts = new Float64Array(k);
    for (let i = 0; i < n; i++) counts[draw()]!++;
    return counts.reduce((sum, count) => sum + (count - n / k) ** 2 / (n / k), 0);
  }

  test('fills 1,000 parts evenly', () => {
    const stream = seeded('parts');
    assertInside(
      chiSquare(1000, N, () => Math.floor(stream.uniform() * 1000)),
      chiSquareInterval(999),
    );
  });

  test('pairs that follow one another fill 32 × 32 squares evenly', () => {
    const stream = seeded('pairs');
    const part = () => Math.floor(stream.uniform() * 32);
    assertInside(
      chiSquare(1024, N, () => 32 * part() + part()),
      chiSquareInterval(1023),
    );
  });

  test('the 256 values of the lowest bits are as likely', () => {
    const stream = seeded('bits');
    assertInside(
      chiSquare(256, N, () => stream.int32() & 255),
      chiSquareInterval(255),
    );
  });
});

describe('normal', () => {
  const stream = seeded('normal');
  const n = 4 * N;
  const normals = draws(n, () => stream.normal());

  // E[Z^k] and Var[Z^k] = E[Z^2k] − E[Z^k]².
  test.each([
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
    [6, 15, 10_170],
  ])('moment %i is %d', (k, moment, variance) => {
    assertInside(normals.reduce((sum, z) => sum + z ** k, 0) / n, meanInterval(moment, Math.sqrt(variance), n));
  });

  test.each([0.1, 0.3, 0.7, 1, 1.5, 2, 2.5, 3, R, 4, 4.5].flatMap((z) => [z, -z]))('P(Z < %d) is Φ', (z) => {
    assertInside(normals.reduce((below, value) => below + (value < z ? 1 : 0), 0) / n, binomialInterval(normalCdf(z), n));
  });

  test('falls into 200 parts of the range as often as it should', () => {
    const edges = Array.from({ length: 201 }, (_, i) => (i === 0 ? -Infinity : i === 200 ? Infinity : (i - 100) / 30));
    const counts = new Float64Array(200);
    for (const z of normals) counts[Math.min(199, Math.max(0, Math.floor(z * 30) + 100))]!++;
    const expected = edges.slice(1).map((edge, i) => n * (normalCdf(edge) - normalCdf(edges[i]!)));
    assertInside(
      counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0),
      chiSquareInterval(199),
    );
  });

  test('the layers of the ziggurat have the same area, the base with the tail, and close at the top', () => {
    const density = (x: number) => Math.exp(-0.5 * x * x);
    const area = R * density(R) + Math.sqrt(2 * Math.PI) * normalCdf(-R);
    expect(EDGE[0]! * density(R)).toBeCloseTo(area, 12);
    for (let i = 1; i < LAYERS; i++) expect(EDGE[i]! * (density(EDGE[i + 1]!) - density(EDGE[i]!))).toBeCloseTo(area, 10);
  });

  test('beyond the last layer lie as many as should, as they should', () => {
    const draws = 20 * N;
    const beyond: number[] = [];
    for (let i = 0; i < draws; i++) {
      const z = Math.abs(stream.normal());
      if (z > R) beyond.push(z);
    }
    const tail = 2 * normalCdf(-R);
    assertInside(beyond.length / draws, binomialInterval(tail, draws));
    expect(kolmogorovDistance(Float64Array.from(beyond), (z) => 1 - (2 * normalCdf(-z)) / tail)).toBeLessThan(
      kolmogorovLimit(beyond.length),
    );
  });

  test('draws that follow one another are not correlated, nor are their squares', () => {
    const lagged = (shift: number, transform: (z: number) => number) =>
      normals.subarray(0, n - shift).reduce((sum, z, i) => sum + transform(z) * transform(normals[i + shift]!), 0) / n;
    for (const shift of [1, 2]) {
      assertInside(
        lagged(shift, (z) => z),
        { low: -Z / Math.sqrt(n), high: Z / Math.sqrt(n) },
      );
      assertInside(
        lagged(shift, (z) => (z * z - 1) / Math.SQRT2),
        meanInterval(0, 1, n),
      );
    }
  });
});
