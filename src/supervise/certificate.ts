/** The TLS certificate: making a first one, reading it, and noticing when it was renewed. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { generate } from 'selfsigned';
import type { Logger } from '../observe/logger.ts';
import { writeWhole } from './write-whole.ts';

export type CertificateFiles = { readonly certificateFile: string; readonly keyFile: string };

export type Certificate = {
  /** PEM, the chain included. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  readonly isSelfSigned: boolean;
};

/** The pair cannot be used; the message says why and names the file. */
export class BadCertificate extends Error {
  override readonly name = 'BadCertificate';
}

const selfSignedDays = 3_650;

/** Reads the pair and makes sure that they belong together. Throws `BadCertificate`. */
export function readCertificate({ certificateFile, keyFile }: CertificateFiles): Certificate {
  const certificate = readPem(certificateFile);
  const key = readPem(keyFile);
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate);
  } catch {
    throw new BadCertificate(`${certificateFile} holds no certificate`);
  }
  let isPair: boolean;
  try {
    isPair = parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new BadCertificate(`${keyFile} holds no private key that can be read`);
  }
  if (!isPair) throw new BadCertificate(`${keyFile} does not belong to ${certificateFile}`);
  return {
    certificate,
    key,
    expiresAt: parsed.validToDate.getTime(),
    fingerprint: parsed.fingerprint256,
    isSelfSigned: parsed.issuer === parsed.subject,
  };
}

/** Writes a self-signed pair, unless there is one already. Returns whether it wrote. */
export async function ensureCertificate(files: CertificateFiles, hostName: string): Promise<boolean> {
  if (existsSync(files.certificateFile) || existsSync(files.keyFile)) return false;
  const now = Date.now();
  const pair = await generate([{ name: 'commonName', value: hostName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 3_600_000), // for clocks that are a little behind
    notAfterDate: new Date(now + selfSignedDays * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: hostName },
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  writeWhole(files.keyFile, pair.private, 0o600);
  writeWhole(files.certificateFile, pair.cert, 0o644);
  return true;
}

export type CertificateWatch = {
  /** Looks now. */
  check(): void;
  close(): void;
};

/**
 * Looks at the files every `everyMs` and calls back with each new good pair. Renewal tools swap symbolic links and write the
 * two files one after the other, so contents are compared, and a pair that does not fit together is waited out.
 */
export function watchCertificate(
  files: CertificateFiles,
  options: {
    readonly current: Certificate;
    readonly onChange: (certificate: Certificate) => void;
    readonly logger: Logger;
    readonly everyMs?: number;
  },
): CertificateWatch {
  let current = options.current;
  let complaint: string | null = null;
  const check = (): void => {
    try {
      const found = readCertificate(files);
      complaint = null;
      if (found.certificate === current.certificate && found.key === current.key) return;
      current = found;
      options.logger.info({ fingerprint: found.fingerprint, expiresAt: found.expiresAt }, 'certificate reloaded');
      options.onChange(found);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== complaint) options.logger.warn({ error }, 'certificate cannot be reloaded; the old one stays');
      complaint = message;
    }
  };
  const timer = setInterval(check, options.everyMs ?? 10_000);
  timer.unref();
  return { check, close: () => clearInterval(timer) };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new BadCertificate(`${file} cannot be read (${code})`);
  }
}
