import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FIGURE_NAMES } from './figures.ts';
import { SITUATIONS, type Situation } from './situations.ts';
import { type Answer, KNEE, type Question, type Tally } from './tally.ts';

/**
 * How often 95% intervals hold what is true, as the table in ARCHITECTURE.md has it: `npm run coverage`, or `npm run coverage -- SEEDS PLACE…`
 * for fewer seeds (400) or for some situations only, by their place from 0. Every question is a process of its own, since a process is fastest
 * with the first scenario that it assembles.
 */

const [seeds = 400, ...places] = process.argv.slice(2).map(Number);
const PARTS = 4; // into which the seeds of a situation are divided

async function ask(question: Question): Promise<Answer> {
  const file = fileURLToPath(new URL('./answer.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, JSON.stringify(question)], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as Answer;
}

/** Asks as many at once as there are processors. */
async function askAll(questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  const left = questions.entries();
  const worker = async () => {
    for (const [i, question] of left) answers[i] = await ask(question);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return answers;
}

function add(tallies: readonly (Tally | null)[]): Tally | null {
  const there = tallies.filter((tally) => tally !== null);
  if (there.length === 0) return null;
  const total = (pick: (tally: Tally) => number) => there.reduce((sum, tally) => sum + pick(tally), 0);
  return { shown: total(({ shown }) => shown), covered: total(({ covered }) => covered) };
}

const percent = ({ covered, shown }: Tally) => (shown === 0 ? 'none' : `${((100 * covered) / shown).toFixed(1)}`);
const cell = (tally: Tally | null) =>
  tally === null ? '' : tally.shown === 0 || tally.shown === seeds ? percent(tally) : `${percent(tally)} (of ${tally.shown})`;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const situations = places.length === 0 ? SITUATIONS : places.map((place) => SITUATIONS[place]!);
const truths = await askAll(situations.map((situation) => ({ situation, truth: null, seeds: [] })));
const questions = situations.flatMap((situation, i) =>
  Array.from({ length: PARTS }, (_, part): Question => {
    const all = Array.from({ length: seeds }, (_, seed) => seed + 1);
    return { situation, truth: truths[i]!.truth, seeds: all.filter((seed) => seed % PARTS === part) };
  }),
);
const answers = await askAll(questions);

const names = [...FIGURE_NAMES, KNEE];
const rows = situations.map((situation: Situation, i) => {
  const parts = answers.slice(PARTS * i, PARTS * (i + 1));
  return { situation, tallies: names.map((_, figure) => add(parts.map(({ tallies }) => tallies[figure] ?? null))) };
});
const shown = names.map((_, figure) => rows.some(({ tallies }) => tallies[figure] != null));
const kept = <Of>(cells: readonly Of[]) => cells.filter((_, figure) => shown[figure]);
const pooled = names.map((_, figure) => add(rows.map(({ tallies }) => tallies[figure]!)));
const lines = [
  row(['% of intervals that hold the truth', ...kept(names)]),
  row(['---', ...kept(names).map(() => '---')]),
  ...rows.map(({ situation, tallies }) => row([situation.name, ...kept(tallies).map(cell)])),
  row(['all together', ...kept(pooled).map((tally) => (tally === null ? '' : percent(tally)))]),
];
process.stdout.write(`${lines.join('\n')}\n\n${seeds} seeds; all figures and situations together ${percent(add(pooled)!)}%\n`);
