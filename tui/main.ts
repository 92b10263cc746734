#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { InputError } from '../fixtures/input-error.ts';
import { scenarioNames } from '../fixtures/scenario.ts';
import { DEFAULT_LIMIT } from '../sim/experiments/limit.ts';
import { type Check, checkLoad, checkRun, checkWorkload } from './commands/checks.ts';
import { complain, reason } from './commands/complain.ts';
import { type Options, type RawOptions, readOptions } from './commands/options.ts';
import { tellUnwritten } from './commands/output.ts';
import { unplayable } from './commands/real-options.ts';
import { runCommand } from './commands/run.ts';
import { type Known, strayFaults } from './commands/strays.ts';
import { sweepCommand } from './commands/sweep.ts';
import { workloadCommand } from './commands/workload.ts';

const { version } = createRequire(import.meta.url)('#package') as { version: string };
const BAD_INPUT = 2;
const DEFAULT_COMMAND = 'screen';
const DEFAULT_SCENARIO = 'naive';
const DEFAULT_RATES = '100..1400:100';

const repeat = (value: string, values: readonly string[] = []) => [...values, value];

/** A command with the options that all have; `act` gets them read, or the process ends with a list of what is wrong. */
function command(
  name: string,
  description: string,
  act: (options: Options, raw: RawOptions) => Promise<void> | void,
  { defaults = {}, check }: { readonly defaults?: RawOptions; readonly check?: Check } = {},
): Command {
  return new Command(name)
    .description(description)
    .option('--scenario <name>', `bundled scenario (${scenarioNames().join(', ')}) or a file (default: ${DEFAULT_SCENARIO})`)
    .option('--set <path=value>', 'another value for a field of the scenario, such as pods.workers=100; again for more', repeat)
    .option('--seed <n>', 'seed of all random streams (default: 42)')
    .option('--warmup <time>', "left out at the start: a time such as 31s, or 'auto'")
    .option('--measure <time>', 'measurement interval of a run, such as 120s')
    .option('--out <file>', "write the result there instead of to stdout; '-' is stdout")
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .action(async (raw: RawOptions, self: Command) => {
      await act(readOptions({ ...defaults, ...raw }, strayFaults(self.args, knownTo(self)), check), raw);
    });
}

/** What could have been meant where a word is unknown to a command. */
function knownTo(it: Command): Known {
  const options = it.createHelp().visibleOptions(it);
  return {
    options: options.map((option) => option.name()),
    commands: it.name() === DEFAULT_COMMAND ? program.commands.map((each) => each.name()) : [], // it is the command where no other was recognised
  };
}

const withReplications = (it: Command) =>
  it
    .option('--replications <n>', 'independent runs a rate (default: 1 of `run`, else as many as the precision takes)')
    .option('--threads <n>', 'worker threads of replications (default: one a core)')
    .option('--format <format>', 'table, json or csv (default: table)');

const withQuestion = (it: Command) =>
  it
    .option('--precision <factor>', 'half-widths wanted: 1 is 0.02 percentage points or 5% of the 503 rate and 1% of p99, 0.5 half of that')
    .option('--limit <figure<=x>', `where a sweep's knee is (default: ${DEFAULT_LIMIT})`);

const forReal = (it: Command) =>
  it
    .option('--stretch <n>', "real time ÷ model time, or 'auto': every configured delay takes so many times as long (default: 1)")
    .option('--database <times>', "'emulated': the scenario's times, or 'real': its own (default: emulated)")
    .option('--tls', 'STARTTLS between pods and ISPs, with a certificate made for the purpose')
    .option('--log <file>', 'append all that the parts write there; the pods then write a line for each request');

const withRates = (it: Command) =>
  withQuestion(withReplications(it)).option('--rates <list>', 'requests per second: 100..1400:100, or 100,200', DEFAULT_RATES);

const program = new Command('mailsim')
  .description('How much traffic does an email service hold, what gives way first, and how do we know?')
  .version(version)
  .exitOverride()
  .addCommand(
    withRates(
      command(DEFAULT_COMMAND, 'sweep in the terminal; without one the same as sweep', screenOrTable)
        .option(
          '--measured <path>',
          'draw runs of the real service: what `load --format json` printed, a file or a folder; again for more',
          repeat,
        )
        .option('--theme <theme>', "'dark' or 'light', the terminal's background (default: as it says itself, or dark)")
        .option('--ascii', 'draw with ASCII alone'),
    ),
    {
      isDefault: true,
    },
  )
  .addCommand(
    withRates(
      command('sweep', 'the scenario at many rates: a table, JSON or CSV', (options) => sweepCommand(options, version)),
    ).addHelpText(
      'after',
      examples(
        'sweep --rates 700..1300:50',
        'sweep --scenario naive-hangs --format json --out hangs.json',
        'sweep --set database.updateMs=25 --limit sojournMs.p99<=1500',
      ),
    ),
  )
  .addCommand(
    withReplications(
      command('run', 'the scenario at one rate', (options) => runCommand(options, version), {
        defaults: { replications: '1' },
        check: checkRun,
      }),
    )
      .option('--rate <n>', "requests per second, instead of the scenario's")
      .option('--trace <file>', 'write every moment of every request there, as NDJSON')
      .option('--workload <file>', 'make the run that `mailsim workload` wrote; - is stdin')
      .addHelpText('after', examples('run --rate 900', 'run --scenario smtp-outage', 'run --rate 50 --measure 10s --trace trace.ndjson')),
  )
  .addCommand(
    command('workload', 'writes a run as NDJSON: what it is made of and all its requests', (options) => workloadCommand(options), {
      check: checkWorkload,
    })
      .option('--rate <n>', "requests per second, instead of the scenario's")
      .addHelpText('after', examples('workload --rate 300 --measure 60s --out plan.ndjson', 'run --workload plan.ndjson')),
  )
  .addCommand(
    forReal(
      command('serve', 'starts the real service and the world around it, and stays', serve, {
        check: ({ scenario }) => unplayable(scenario),
      }),
    ).addHelpText('after', examples('serve', 'serve --stretch 4 --tls')),
  )
  .addCommand(
    forReal(command('load', 'the scenario played against the real service at one rate', load, { check: checkLoad }))
      .option('--rate <n>', "requests per second of model time, instead of the scenario's")
      .option('--format <format>', 'table, json or csv (default: table)')
      .option('--workload <file>', 'play the run that `mailsim workload` wrote')
      .addHelpText('after', examples('load --rate 300 --stretch 4 --measure 20s --out run.ndjson', 'load --rate 200 --set pods.count=1')),
  );

// The libraries of the real service take half a second to load: only for these two.

async function serve(options: Options): Promise<void> {
  const { serveCommand } = await import('./commands/serve.ts');
  return serveCommand(options);
}

async function load(options: Options): Promise<void> {
  const { loadCommand } = await import('./commands/load.ts');
  return loadCommand(options, version);
}

/** The sweep in the terminal, where there is one that can show it; otherwise as a table, and always where a format or a file was asked for. */
async function screenOrTable(options: Options, raw: RawOptions): Promise<void> {
  const { stdin, stdout, env } = process;
  const terminal = stdin.isTTY && stdout.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
  if (!terminal || raw.format !== undefined || raw.out !== undefined) return sweepCommand(options, version);
  const { openApp } = await import('./shell/open-app.ts'); // Ink takes half a second to load: only here
  const program = { node: process.execPath, main: import.meta.filename };
  await openApp({ version, program, options, defaults: { scenario: DEFAULT_SCENARIO, rates: DEFAULT_RATES } });
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  mailsim ${line}`).join('\n')}`;
}

// What commander and the introduction of a service print; results have an output of their own.
process.stdout.on('error', (error) => {
  tellUnwritten(null, error);
  process.exit();
});
process.stderr.on('error', () => {}); // there is nowhere left to tell it

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof InputError) {
    complain(error.message);
    process.exitCode = BAD_INPUT;
  } else if (error instanceof Error && 'exitCode' in error) {
    process.exitCode = error.exitCode === 0 ? 0 : BAD_INPUT; // commander has said what is wrong
  } else {
    complain(reason(error));
    process.exitCode = 1;
  }
}
