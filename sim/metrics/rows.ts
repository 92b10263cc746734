import type { Calendar } from '../engine/calendar.ts';
import type { Observer } from '../stations/moments.ts';
import { type Requests, SENT, STATEMENTS } from '../stations/requests.ts';

/** What the service's table `emails` holds. */
export interface Rows {
  readonly pending: number;
  readonly sent: number;
  readonly failed: number;
}

const INSERT = STATEMENTS.indexOf('insert');
const UPDATE = STATEMENTS.indexOf('update');

/** Keeps the books of the table from the start of the run: every INSERT makes a pending row, every UPDATE settles one. */
export function meterRows({ state }: Calendar, { statement, outcome }: Requests): { observer: Observer; read(): Rows } {
  const counts = state(new Float64Array(3));
  const [PENDING, SENT_ROWS, FAILED_ROWS] = [0, 1, 2] as const;
  return {
    observer: {
      queryDone: (request) => {
        if (statement[request] === INSERT) {
          counts[PENDING]!++;
        } else if (statement[request] === UPDATE) {
          counts[PENDING]!--;
          counts[outcome[request] === SENT ? SENT_ROWS : FAILED_ROWS]!++;
        }
      },
    },
    read: () => ({ pending: counts[PENDING]!, sent: counts[SENT_ROWS]!, failed: counts[FAILED_ROWS]! }),
  };
}
