import { answer, type Question } from './tally.ts';

// The process that answers one question.
process.stdout.write(JSON.stringify(await answer(JSON.parse(process.argv[2]!) as Question)));
