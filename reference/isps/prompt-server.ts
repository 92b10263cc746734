import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

/**
 * smtp-server waits a fixed 100 ms before its greeting, for clients that talk too early; an ISP that answers after 80 ms could not be played.
 * These greet at once. `prompt-server.test.ts` fails where an upgrade changes what this rests on.
 */
export class PromptServer extends SMTPServer {
  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new PromptConnection(this, socket, options);
    this.connections.add(connection);
    connection.on('error', (error) => this.emit('error', error));
    connection.init();
  }
}

class PromptConnection extends SMTPConnection {
  override init(): void {
    super.init();
    this.connectionReady();
    this.connectionReady = () => {}; // what the pause would end in
  }
}
