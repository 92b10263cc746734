import { readFileSync, writeFileSync } from 'node:fs';
import type { Program } from './program.ts';
import { actsOf, type Notice, noticesOf } from './rules.ts';

/** What is kept of the rules in the recorded programs. Tests compare with it; only `npm run conformance -- --record` writes it. */

type Table = 'coverage' | 'mutations';

const file = (table: Table): string => `conformance/golden/${table}.txt`;

export function loadTable(table: Table): string {
  return readFileSync(file(table), 'utf8');
}

export async function recordTables(programs: readonly Program[]): Promise<void> {
  writeFileSync(file('coverage'), coverageTable(await actsOf(programs)));
  writeFileSync(file('mutations'), mutationTable(await noticesOf(programs), programs.length));
}

export function coverageTable(acts: readonly number[]): string {
  return lines(acts.map((times, at) => `rule ${column(at + 1, 2)} acts ${column(times, 7)} times`));
}

export function mutationTable(notices: readonly Notice[], programs: number): string {
  const rows = notices.map((it) => `${column(it.programs, 5)} ${column(it.inOrder, 5)}  rule ${column(it.rule, 2)}: ${it.breaks}`);
  return lines([`of ${programs} recorded programs notice it, by order alone`, ...rows]);
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}

function column(value: number, width: number): string {
  return String(value).padStart(width);
}
