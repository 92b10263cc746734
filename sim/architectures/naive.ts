import type { Stage } from '../engine/calendar.ts';
import { createBalancer } from '../stations/balancer.ts';
import { createDatabase } from '../stations/database.ts';
import { createEventLoops } from '../stations/event-loop.ts';
import { podCrash } from '../stations/pod-crash.ts';
import { createPods } from '../stations/pods.ts';
import { ABORTED, FAILED, NO_POD, REFUSED, REJECTED, STATUS_ANSWERED, UNRECORDED } from '../stations/requests.ts';
import { act, route } from '../stations/route.ts';
import { createSmtp } from '../stations/smtp.ts';
import type { Architecture } from './architecture.ts';

/** The naive service: a request holds one worker from acceptance to response, whatever it waits for. */
export const naive: Architecture = (calendar, requests, scenario, streams, hooks) => {
  const { departed } = hooks;
  const balancer = createBalancer(calendar, requests, scenario, streams);
  const pods = createPods(calendar, requests, scenario, hooks);
  const loops = createEventLoops(calendar, requests, scenario, streams, hooks, scenario.smtp.timeoutMs);
  const database = createDatabase(calendar, requests, scenario, hooks, loops);
  const smtp = createSmtp(calendar, requests, scenario, hooks, loops);

  const respond: Stage = (request) => {
    balancer.close(request);
    leave(request);
  };
  const refuse = route(ends(REFUSED))(leave);
  const abort = route(ends(ABORTED))(respond); // 502
  const reject = route(loops.more('reject'), ends(REJECTED))(respond); // 503
  const fail = route(ends(FAILED), pods.release())(respond); // 500
  const unrecord = route(ends(UNRECORDED), pods.release())(respond); // 500

  const arrive = route(
    balancer.forward({ refused: refuse, unserved: abort }),
    loops.callback('request'), // its headers
    pods.admit({ otherwise: reject }),
  );

  const send = route(
    arrive,
    loops.more('body'), // is valid, its domain's exchanger is looked up
    loops.callback('mxReply'),
    database.query('insert', { otherwise: fail }), // status = pending
    smtp.deliver(), // a new connection; 250, 421, 550, or nothing until the deadline
    database.query('update', { otherwise: unrecord }), // status = sent or failed
    pods.release(),
  )(respond);

  const status = route(
    arrive,
    loops.more('query'),
    database.query('select', { otherwise: fail }),
    ends(STATUS_ANSWERED),
    pods.release(),
  )(respond);

  function ends(outcome: number) {
    return act((request) => {
      requests.outcome[request] = outcome;
    });
  }

  function leave(request: number): void {
    departed?.(request);
    requests.pod[request] = NO_POD;
    calendar.destroy(request);
  }

  const crash = podCrash(calendar, requests, { balancer, pods, loops, database }, abort);
  return {
    entries: { send, status },
    faulty: {
      smtpOutage: smtp,
      ispSlow: smtp,
      ispThrottle: smtp,
      databaseStall: database,
      databaseDown: database,
      databaseSlow: database,
      podCrash: crash,
    },
  };
};
