import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import Type from 'typebox';
import { type Running, runChild } from './child.ts';
import { installLatency } from './latency.ts';
import type { KeeperListening, KeeperOptions, KeeperQuestion } from './postgres.ts';
import { type Server, startEmbedded } from './postgres-embedded.ts';
import { borrowSchema, dropSchema } from './postgres-external.ts';
import { removeServer, suspendedProcesses, watchOver } from './server-processes.ts';
import { countRows } from './tables.ts';

/** The process that a database belongs to (`startPostgres` says why), and the only one of the harness that speaks to it. */

const optionsSchema = Type.Object(
  {
    directory: Type.String(),
    maxConnections: Type.Integer(),
    borrowed: Type.Union([Type.Object({ databaseUrl: Type.String(), schema: Type.String(), isThere: Type.Boolean() }), Type.Null()]),
  },
  { additionalProperties: false },
);

async function start({ directory, maxConnections, borrowed }: KeeperOptions, leaving: AbortSignal): Promise<Running> {
  mkdirSync(directory, { mode: 0o700 });
  process.once('exit', () => removeServer(directory)); // however this process ends, as long as it ends itself
  if (borrowed === null) {
    const watch = watchOver(directory);
    const watchEnded = once(watch, 'exit');
    const server = await startEmbedded(directory, maxConnections, leaving);
    void Promise.race([
      server.ended.then((how) => `its server ${how}`),
      watchEnded.then(() => 'the shell that watches over it has ended'),
    ]).then((words) => {
      if (!leaving.aborted) endWith(words);
    });
    return {
      ...running(server, async () => {
        await server.stop();
        watch.kill('SIGKILL');
        await watchEnded;
      }),
      ping() {
        const suspended = suspendedProcesses(directory).length;
        if (suspended > 0) throw new Error(`${suspended} of its processes ${suspended === 1 ? 'is' : 'are'} suspended`);
      },
    };
  }
  const { databaseUrl, schema, isThere } = borrowed;
  const listening = await borrowSchema(databaseUrl, schema, isThere);
  return running(listening, () => dropSchema(databaseUrl, schema));
}

function running({ url, adminUrl, processId }: KeeperListening | Server, stop: () => Promise<void>): Running {
  return {
    listening: { url, adminUrl, processId } satisfies KeeperListening,
    answer(question) {
      const asked = question as KeeperQuestion;
      return asked.kind === 'rows' ? countRows(adminUrl) : installLatency(adminUrl, asked.times);
    },
    async stop() {
      try {
        await stop();
      } catch (error) {
        await new Promise(() => endWith((error as Error).message));
      }
    },
  };
}

/** Ends this process as failed. */
function endWith(message: string): void {
  process.stderr.write(`${message}\n`, () => process.exit(1));
}

runChild(optionsSchema, start);
