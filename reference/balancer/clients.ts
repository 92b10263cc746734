import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pace } from './pacing.ts';

/** A request whose turn comes when those before it on its connection have their answers. */
export interface Turn {
  /** Whether its request has been read to its end. */
  isRead(): boolean;
  begin(): void;
  /** Its client has gone. */
  vanish(): void;
}

export interface Clients {
  /** Lines a request up. */
  lineUp(request: IncomingMessage, response: ServerResponse, turn: Turn): void;
  /** Whether nothing more is read of a connection because too many of its requests wait. */
  isHeld(socket: Socket): boolean;
  /** Connections that are open; that were closed for a newer one; that were refused. */
  counts(): { readonly connections: number; readonly gaveWay: number; readonly refused: number };
  /** Closes all connections. */
  close(): void;
}

interface Client {
  readonly socket: Socket;
  /** Those without an answer; the first has its turn. */
  readonly turns: Turn[];
  readonly readOn: () => void;
}

const MAX_WAITING = 8; // requests of one connection behind the one that has its turn

/**
 * The connections of a server's clients, so many at most. When there are as many, one without a request gives way to a new one: of those that
 * never made any the oldest, else the one that has been idle for longest. If all have requests, the new one is refused.
 */
export function createClients(server: Server, maxConnections: number): Clients {
  const clients = new Map<Socket, Client>();
  const newcomers = new Set<Client>();
  const idle = new Set<Client>(); // the longest first
  let gaveWay = 0;
  let refused = 0;

  server.on('connection', (socket: Socket) => {
    if (clients.size >= maxConnections && !makeRoom()) {
      refused++;
      socket.destroy();
      return;
    }
    const turns: Turn[] = [];
    const client = {
      socket,
      turns,
      readOn: pace(socket, () => (turns.length > MAX_WAITING ? 'nothing' : turns.at(-1)?.isRead() === false ? 'body' : 'head')),
    };
    clients.set(socket, client);
    newcomers.add(client);
    socket.once('close', () => {
      forget(client);
      for (const turn of turns.splice(0)) turn.vanish();
    });
  });

  function makeRoom(): boolean {
    const [client] = newcomers.size > 0 ? newcomers : idle;
    if (client === undefined) return false;
    gaveWay++;
    forget(client);
    client.socket.destroy();
    return true;
  }

  function forget(client: Client): void {
    clients.delete(client.socket);
    newcomers.delete(client);
    idle.delete(client);
  }

  return {
    lineUp({ socket }, response, turn) {
      const client = clients.get(socket);
      if (client === undefined) return turn.vanish();
      newcomers.delete(client);
      idle.delete(client);
      client.turns.push(turn);
      response.once('close', () => {
        if (client.turns[0] !== turn) return; // the connection has closed
        client.turns.shift();
        const [next] = client.turns;
        if (next !== undefined) next.begin();
        else if (clients.has(socket)) idle.add(client);
        client.readOn();
      });
      if (client.turns.length === 1) turn.begin();
    },
    isHeld: (socket) => (clients.get(socket)?.turns.length ?? 0) > MAX_WAITING,
    counts: () => ({ connections: clients.size, gaveWay, refused }),
    close() {
      for (const socket of clients.keys()) socket.destroy();
    },
  };
}
