import { describe, expect, test } from 'vitest';
import { report } from '../commands/report.ts';
import { after, finished, ghost, measured, underWay } from './made-up.test.data.ts';
import { exportSweep } from './sweep-export.ts';

const COMMAND = "mailsim sweep --limit 'rejectionRate<=0.001'";

test('JSON and CSV are the documents of the command line', () => {
  const { scenario, plan, points, outcome } = finished();
  const findings = {
    command: 'sweep',
    version: '0.1.0',
    seed: plan.seed,
    scenario,
    limit: plan.limit,
    points: points.filter((point) => point !== null),
    knee: outcome!.knee,
    series: null,
    complete: true,
  } as const;
  expect(exportSweep(finished(), 'json', COMMAND)).toBe(report(findings, 'json'));
  expect(exportSweep(finished(), 'csv', COMMAND)).toBe(report(findings, 'csv'));
});

test('of a sweep that is under way, what is there, and that it is not all', () => {
  const document = JSON.parse(exportSweep(underWay(), 'json', COMMAND));
  expect(document.complete).toBe(false);
  expect(document.points).toHaveLength(7);
});

test('the command is what was typed', () => {
  expect(exportSweep(finished(), 'command', COMMAND)).toBe(COMMAND);
});

describe('the picture', () => {
  const shapes = (svg: string, name: string) => [...svg.matchAll(new RegExp(`<${name} `, 'g'))].length;

  test('is XML: every element ends, and texts are escaped', () => {
    const svg = exportSweep({ ...measured(), scenario: { ...measured().scenario, name: '<naive & "co">\x1b' } }, 'svg', COMMAND);
    const open: string[] = [];
    for (const [, closes, name, attributes] of svg.matchAll(/<(\/?)([a-z]+)((?:\s[^<>]*)?)>/g)) {
      if (closes === '/') expect(open.pop()).toBe(name);
      else if (!attributes!.endsWith('/')) open.push(name!);
    }
    expect(open).toEqual([]);
    expect(svg).toContain('&lt;naive &amp; "co"&gt;');
    expect(svg).toContain('rejectionRate&lt;=0.001');
    expect(svg).not.toContain('\x1b');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('has a long command in lines that fit, its body below them, and the whole command in its description', () => {
    const command = `mailsim sweep --set smtp.isps.gmail.source=${'x'.repeat(320)} --rates 100,200`;
    const svg = exportSweep(finished(), 'svg', command);
    const lines = [...svg.matchAll(/y="(\d+)" font-family="monospace"[^>]*>([^<]*)</g)];
    expect(lines.map(([, y]) => Number(y))).toEqual([48, 64, 80, 96, 112]);
    for (const [, , line] of lines) expect(60 + 7.25 * line!.length).toBeLessThan(900);
    expect(
      lines
        .map(([, , line]) => line)
        .join('')
        .replaceAll(' ', ''),
    ).toBe(command.replaceAll(' ', ''));
    expect(svg).toContain(`<desc>${command}</desc>`);
    expect(svg).toContain('<g transform="translate(0 64)">');
    const heightOf = (text: string) => Number(/ height="(\d+)"/.exec(text)![1]);
    expect(heightOf(svg)).toBe(heightOf(exportSweep(finished(), 'svg', COMMAND)) + 64);
  });

  test('has what is on the screen, and nothing that was switched off', () => {
    const all = exportSweep({ ...ghost(), fitting: measured().fitting }, 'svg', COMMAND);
    // Marks: of each real run in each chart, of the 7 points at which no 503 was seen and of the 5 before, and of one before that is below the axis; a kind in the legend.
    expect(shapes(all, 'path')).toBe(3 * 3 + 7 + 5 + 1 + 4);
    expect(shapes(all, 'polygon')).toBe(2 * 5); // of pool and database, with a gap at each rate that is still to come
    expect(all).toContain('before: workers 50');
    for (const [, x, label] of all.matchAll(/<text x="([\d.]+)" y="(?:70|88)" >([^<]*)</g))
      expect(Number(x) + 7.2 * label!.length).toBeLessThan(900);
    const layers = ['band', 'theory', 'measured', 'previous'] as const;
    const bare = exportSweep(
      after({ ...ghost(), fitting: measured().fitting }, ...layers.map((layer) => ({ kind: 'layer', layer }) as const)),
      'svg',
      COMMAND,
    );
    expect(shapes(bare, 'path')).toBe(7 + 1);
    expect(shapes(bare, 'polygon')).toBe(0);
    expect(shapes(bare, 'polyline')).toBe(2 * 5);
  });
});
