import type { SMTPSentMessageInfo, Transport } from 'nodemailer';
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { ReplyError, SmtpReplies } from './smtp-replies.ts';

/** Through what all bytes of nodemailer's connection go, over TLS and not; its types leave these out. `smtp-transport.test.ts` fails if they go. */
interface Wire {
  _onData(chunk: Buffer): void;
  _sendCommand(command: string, logged?: string): void;
}

/**
 * Nodemailer's SMTP transport, one connection a message, with an ear on the wire: nodemailer looks at the first digit of what it takes for
 * a reply, and takes as the reply to a command what was said before it. Here a dialogue that is none ends at once, with a ReplyError.
 */
export function createSmtpTransport(options: SMTPConnectionOptions): Transport<SMTPSentMessageInfo> {
  return {
    name: 'SMTP',
    version: '1',
    supportsAbortSignal: true,
    send({ data: { signal }, message }, callback) {
      const connection = new SMTPConnection(options) as SMTPConnection & Wire;
      const replies = new SmtpReplies();
      let isOver = false;

      function end(error: Error | null, info?: SMTPSentMessageInfo): void {
        if (isOver) return;
        isOver = true;
        signal?.removeEventListener('abort', abort);
        connection.close();
        if (error === null) callback(null, info!);
        else callback(error);
      }
      const abort = () => end(signal!.reason as Error);
      /** The end of a connection in the middle of a reply leaves no reply, though nodemailer would take what is there. */
      const fail = (error: Error) => end(replies.isAmidReply ? new ReplyError('part of a reply', { cause: error }) : error);

      const { _onData: onData, _sendCommand: sendCommand } = connection;
      connection._onData = (chunk) => {
        try {
          onData.call(connection, replies.read(chunk));
        } catch (error) {
          end(error as Error);
        }
      };
      connection._sendCommand = (command, logged) => {
        replies.sent(command);
        sendCommand.call(connection, command, logged);
      };

      signal?.addEventListener('abort', abort, { once: true });
      connection.on('error', fail);
      connection.connect((error) => {
        if (error) return fail(error);
        if (isOver) return;
        const content = message.createReadStream();
        content.once('end', () => replies.sent('.'));
        const envelope = message.getEnvelope();
        connection.send(envelope, content, (error, info) => {
          if (error) fail(error);
          else end(null, { ...info, envelope, messageId: message.messageId() });
        });
      });
    },
  };
}
