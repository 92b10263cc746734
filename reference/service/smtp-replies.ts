/** What a mail exchanger says is none of the replies of RFC 5321 §4.2, or is one out of turn. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
}

/** All that an exchanger may say in one transaction, bytes. Real dialogues take less than a thousand. */
export const MOST_REPLY_BYTES = 65_536;

const [TAB, LF, CR, SPACE, DASH, DEL] = [0x09, 0x0a, 0x0d, 0x20, 0x2d, 0x7f] as const;
const [ZERO, TWO, FIVE, NINE] = [0x30, 0x32, 0x35, 0x39] as const;
const CODE = 3; // digits of a reply's code

/**
 * Follows one SMTP dialogue and takes nothing for a reply that is none. A reply is one or more lines that begin with the same code of three
 * digits, 2xx to 5xx; its text has no control characters. It comes after its command: 3xx after DATA, 2xx after all else, 4xx and 5xx after
 * any, or while the message is being sent. What comes after the reply that decides the message's fate is not read: whether it came in time
 * to be read would be chance.
 *
 * Bytes are looked at as they come and none is kept, so an exchanger that never ends a line costs nothing, and is cut off early.
 */
export class SmtpReplies {
  readonly #awaited: string[] = ['connect']; // commands that have no reply yet
  #inMessage = false; // DATA has been answered, the message's end not
  #bytes = 0;
  #column = 0; // of the present line
  #code = 0; // of the present line, as far as it is there
  #codeBefore = 0; // of the lines before it in the same reply; 0: there are none
  #goesOn = false; // the present line is not its reply's last
  #returned = false; // CR has come
  #over = false;

  /** A command has been sent, '.' for the end of the message. */
  sent(command: string): void {
    this.#awaited.push(command);
  }

  /** Whether part of a reply has come. */
  get isAmidReply(): boolean {
    return !this.#over && (this.#column > 0 || this.#codeBefore > 0);
  }

  /** Bytes have come: returns those of the dialogue, or throws a ReplyError. */
  read(chunk: Buffer): Buffer {
    for (let i = 0; i < chunk.length; i++) {
      if (this.#over) return chunk.subarray(0, i);
      const byte = chunk[i]!;
      if (++this.#bytes > MOST_REPLY_BYTES) throw new ReplyError(`replies of more than ${MOST_REPLY_BYTES} bytes`);
      if (byte === LF) this.#endLine();
      else if (this.#returned) throw new ReplyError('a CR within a line');
      else if (byte === CR) this.#returned = true;
      else this.#readByte(byte, this.#column++);
    }
    return chunk;
  }

  #readByte(byte: number, column: number): void {
    if (column === 0) {
      if (this.#awaited.length === 0 && !this.#inMessage) throw new ReplyError('a reply to no command');
      this.#code = 0;
    }
    if (column < CODE) {
      const [least, most] = column === 0 ? [TWO, FIVE] : [ZERO, NINE];
      if (byte < least || byte > most) throw new ReplyError('no reply code');
      this.#code = 10 * this.#code + byte - ZERO;
    } else if (column === CODE) {
      if (byte !== SPACE && byte !== DASH) throw new ReplyError('no reply code');
      this.#goesOn = byte === DASH;
    } else if ((byte < SPACE && byte !== TAB) || byte === DEL) {
      throw new ReplyError('a control character in a reply');
    }
  }

  #endLine(): void {
    if (this.#column < CODE) throw new ReplyError('no reply code');
    if (this.#codeBefore !== 0 && this.#codeBefore !== this.#code) throw new ReplyError('a reply with two codes');
    if (this.#goesOn) this.#codeBefore = this.#code;
    else this.#endReply();
    this.#column = 0;
    this.#goesOn = false;
    this.#returned = false;
  }

  #endReply(): void {
    const command = this.#awaited.shift();
    const kind = Math.floor(this.#code / 100);
    const wanted = { DATA: 3, unsent: 4 }[command ?? 'unsent'] ?? 2;
    if (kind < 4 && kind !== wanted) throw new ReplyError(`${this.#code} as the reply to ${command ?? 'a message that is being sent'}`);
    this.#codeBefore = 0;
    const isRefused = kind >= 4 && this.#awaited.length === 0 && !command?.startsWith('EHLO'); // HELO may do instead
    this.#over = isRefused || this.#inMessage;
    this.#inMessage = kind === 3;
  }
}
