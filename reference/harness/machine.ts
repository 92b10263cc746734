import { cpus } from 'node:os';

/** Watches how much CPU time the whole machine has to spare, from now on. */
export function watchMachine(): { idleShare(): number } {
  const times = () => cpus().map(({ times }) => ({ idle: times.idle, all: times.idle + times.user + times.nice + times.sys + times.irq }));
  const before = times();
  return {
    /** Share of the cores' time that was idle since. */
    idleShare() {
      const spans = times().map((now, i) => ({ idle: now.idle - before[i]!.idle, all: now.all - before[i]!.all }));
      const sum = (pick: (span: { idle: number; all: number }) => number) => spans.reduce((total, span) => total + pick(span), 0);
      return sum(({ idle }) => idle) / sum(({ all }) => all);
    },
  };
}
