import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { LOOPBACK } from '../harness/loopback.ts';
import { PromptServer } from './prompt-server.ts';

test('a connection is greeted at once, once', async () => {
  const greeted: number[] = [];
  class Observed extends PromptServer {
    override connect(socket: Socket): void {
      super.connect(socket);
      greeted.push(socket.bytesWritten); // nothing else has run since the connection came
    }
  }
  const server = new Observed({ logger: false, disableReverseLookup: true, onConnect: (_session, callback) => callback() });
  await once(server.listen(0, LOOPBACK), 'listening');
  const client = connect((server.server.address() as AddressInfo).port, LOOPBACK).setEncoding('utf8');
  let heard = '';
  client.on('data', (text: string) => {
    heard += text;
  });
  await once(client, 'data');
  expect(greeted).toEqual([heard.length]);
  // When the pause would be over, nothing more comes before the answer to the next command.
  await new Promise((resolve) => setTimeout(resolve, 150));
  client.write('NOOP\r\n');
  await once(client, 'data');
  expect(heard).toMatch(/^220 [^\r]+\r\n250 [^\r]+\r\n$/);
  client.destroy();
  await new Promise<void>((resolve) => server.close(resolve));
});
