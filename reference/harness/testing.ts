import { execFileSync } from 'node:child_process';

// What several tests ask of processes.

export interface Descendant {
  readonly pid: number;
  readonly command: string;
}

/** Processes whose parent is this one, or one of its descendants. */
export function familyOf(pid: number): Descendant[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+) (.*)$/.exec(line)!)
    .map(([, child, parent, command]) => ({ pid: Number(child), parent: Number(parent), command: command! }));
  const children = (of: number): Descendant[] =>
    table.filter(({ parent }) => parent === of).flatMap((child) => [{ pid: child.pid, command: child.command }, ...children(child.pid)]);
  return children(pid);
}

export const descendants = (pid: number): number[] => familyOf(pid).map((each) => each.pid);

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
