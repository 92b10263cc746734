import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate for the mail exchangers of one harness. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** The file that a pod is given to verify it against. */
  readonly file: string;
}

const DAY_MS = 86_400_000;

/** Makes a certificate, signed by itself, that is good for the names and for a day. Its file is put into the directory. */
export async function makeCertificate(names: readonly string[], directory: string): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'mailsim' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + DAY_MS),
    extensions: [{ name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) }],
  });
  const file = join(directory, 'exchangers.pem');
  writeFileSync(file, cert);
  return { key, cert, file };
}
