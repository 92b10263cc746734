import { type Findings, report } from '../commands/report.ts';
import type { ExportFormat } from '../shell/export-state.ts';
import type { SweepState } from './sweep-state.ts';
import { sweepSvg } from './sweep-svg.ts';

/** What a sweep is carried away as: the text of a file, the same that the command line would print of it. */
export function exportSweep(state: SweepState, format: ExportFormat, command: string): string {
  switch (format) {
    case 'json':
    case 'csv':
      return report(findingsOf(state), format);
    case 'svg':
      return sweepSvg(state, command);
    case 'command':
      return command;
  }
}

function findingsOf({ version, scenario, plan, points, outcome }: SweepState): Findings {
  const { seed, limit } = plan;
  return {
    command: 'sweep',
    version,
    seed,
    scenario,
    limit,
    points: points.filter((point) => point !== null),
    knee: outcome?.knee ?? null,
    series: null,
    complete: outcome?.complete ?? false,
  };
}
