import { recipientFor } from '../isps/recipient.ts';
import type { HttpRequest } from './client.ts';
import type { PlannedSend } from './plan.ts';

const HTML_BYTES = 2048; // a record of about 2 KB with its HTML body
const PARAGRAPH = '<p>The quick brown fox jumps over the lazy dog.</p>';
const html = `<html><body>${PARAGRAPH.repeat(Math.ceil(HTML_BYTES / PARAGRAPH.length))}`.slice(0, HTML_BYTES - 14).concat('</body></html>');

/** The request of a send: its recipient carries what the ISP is to do. */
export function sendRequest({ number, isp, smtpMs, reply, throttle }: PlannedSend): HttpRequest {
  const to = recipientFor(number, isp, { delayMs: smtpMs, reply, throttle });
  return {
    path: '/api/v1/emails',
    body: JSON.stringify({ from: 'load@mailsim.test', to, subject: `Message ${number}`, body_html: html }),
  };
}

export const statusRequest = (messageId: string): HttpRequest => ({ path: `/api/v1/emails/${messageId}/status`, body: null });
