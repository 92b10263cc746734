import { visible } from '../../fixtures/words.ts';
import { likelyRuns, sweep } from '../../sim/experiments/sweep.ts';
import { percent, rejection, table } from '../format.ts';
import { misfit } from '../measured.ts';
import { rateText } from '../screens/rate.ts';
import { inAscii } from '../terminal/ascii.ts';
import { plainText } from '../terminal/canvas.ts';
import { withRunner } from './interrupt.ts';
import type { Options } from './options.ts';
import { writeResult } from './output.ts';
import { showProgress } from './progress.ts';
import { report } from './report.ts';

/** `mailsim sweep`: the scenario at many rates. Ctrl-C ends it with what is there so far. */
export async function sweepCommand(options: Options, version: string): Promise<void> {
  const { scenario, seed, rates, effort, limit, threads, format, out, ascii } = options;
  const plan = { seed, rates, effort, limit };
  const { progress, end } = showProgress((planned) => likelyRuns(plan, planned));
  const result = await withRunner(scenario, threads, (runner) => sweep(runner, scenario, plan, { progress }));
  end();
  const text = report({ command: 'sweep', version, seed, scenario, limit, series: null, ...result }, format);
  writeResult(format === 'table' ? inSigns(`${text}${measuredTable(options)}`, ascii) : text, out);
}

/** A table as a screen would show it: in ASCII where that was asked for. */
function inSigns(table: string, ascii: boolean): string {
  if (!ascii) return table;
  return table
    .split('\n')
    .map((line) => plainText(inAscii([{ text: line, style: 'plain' }])))
    .join('\n');
}

/** The runs of the real service that the screen would draw beside the model's, and why it would not draw the others. */
function measuredTable({ measured, scenario }: Options): string {
  if (measured.length === 0) return '';
  const reasons = measured.map((run) => misfit(run, scenario));
  const rows = measured.flatMap(({ point, stretch, file }, i) =>
    reasons[i] === null
      ? [
          [
            rateText(point.ratePerSecond),
            rejection(point.rejectionRate).value,
            percent(point.poolUtilisation.mean),
            percent(point.databaseUtilisation.mean),
            `${Number(stretch.toFixed(2))}`,
            visible(file),
          ],
        ]
      : [],
  );
  const left = measured.flatMap(({ file }, i) => (reasons[i] === null ? [] : [`${visible(file)} is left out: ${reasons[i]}.`]));
  const shown = rows.length === 0 ? [] : [table(['req/s', '503 %', 'pool %', 'db %', 'stretch', 'measured'], rows)];
  return ['', ...shown, ...left, ''].join('\n');
}
