import { ceilings } from '../../sim/experiments/bottleneck.ts';
import { bottleneckSentence } from '../bottleneck-sentence.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { wrapWords } from '../terminal/text.ts';
import type { SweepState } from './sweep-state.ts';

const ROOMY = 90; // columns: in less, the sentence needs the margins

/** Draws what gives way first, in words. */
export function drawSentence(canvas: Canvas, { scenario, plan, points, outcome }: SweepState): void {
  const there = points.filter((point) => point !== null);
  const clauses = bottleneckSentence(plan.limit, outcome?.knee ?? null, ceilings(scenario), there).split('; ');
  const known = outcome === null ? clauses.slice(1) : clauses; // the first tells of the knee
  const margin = canvas.width < ROOMY ? 0 : 1;
  const lines = sentenceOf(known, canvas.width - 2 * margin, canvas.height);
  for (const [row, line] of lines.entries()) canvas.put(margin, row, line);
}

/** As many clauses as there is room for, as lines. */
function sentenceOf(clauses: readonly string[], width: number, height: number): string[] {
  if (clauses.length === 0) return [];
  const text = `${clauses.join('; ')}.`;
  const lines = wrapWords(text.charAt(0).toUpperCase() + text.slice(1), width);
  return lines !== null && lines.length <= height ? lines : sentenceOf(clauses.slice(0, -1), width, height);
}
