import Type from 'typebox';
import { runChild } from './child.ts';

/** What the tests of `processes.ts` start: it behaves as it is told. */
runChild(
  Type.Object({ does: Type.String(), stops: Type.Boolean({ default: true }) }, { additionalProperties: false }),
  async ({ does, stops }) => {
    if (does === 'fails') throw new Error('no luck today');
    if (does === 'says nothing') await new Promise(() => {});
    setInterval(() => {}, 1000); // as a server would, it lives on
    return {
      listening: { does },
      answer(question) {
        if (question === 'throw') throw new Error('cannot say');
        if (question === 'crash') process.exit(7);
        if (question === 'leave') process.exit(0);
        return `${question}!`;
      },
      stop: () => (stops ? null : new Promise(() => {})),
    };
  },
);
