import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import {
  BadCertificate,
  ensureCertificate,
  readCertificate,
  watchCertificate,
} from '../../src/supervise/certificate.ts';

let folder: string;
const files = (name = 'a') => ({
  certificateFile: join(folder, 'tls', `${name}.pem`),
  keyFile: join(folder, 'tls', `${name}-key.pem`),
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a first certificate', () => {
  it('is self-signed, long-lived, for this user alone, and not written over another', async () => {
    expect(await ensureCertificate(files(), 'mx.postern.test')).toBe(true);
    const made = readCertificate(files());
    expect(made.isSelfSigned).toBe(true);
    expect(made.expiresAt).toBeGreaterThan(Date.now() + 9 * 365 * 86_400_000);
    expect(statSync(files().keyFile).mode & 0o077).toBe(0);
    expect(await ensureCertificate(files(), 'other.test')).toBe(false);
    expect(readCertificate(files())).toEqual(made);
  });

  it('serves TLS for its name', async () => {
    await ensureCertificate(files(), 'mx.postern.test');
    const { certificate, key } = readCertificate(files());
    const server = createServer({ cert: certificate, key }, (socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      const socket = connect({ port, host: '127.0.0.1', ca: certificate, servername: 'mx.postern.test' });
      const chunks: string[] = [];
      for await (const chunk of socket) chunks.push(String(chunk));
      expect(chunks.join('')).toBe('hello');
    } finally {
      server.close();
    }
  });
});

describe('readCertificate', () => {
  it.each([
    ['is not there', () => unlinkSync(files().keyFile), /a-key\.pem cannot be read \(ENOENT\)/],
    ['is no certificate', () => writeFileSync(files().certificateFile, 'x'), /a\.pem holds no certificate/],
    ['is no key', () => writeFileSync(files().keyFile, 'hunter2'), /a-key\.pem holds no private key that can be read/],
  ])('says which file %s', async (_name, breakIt, message) => {
    await ensureCertificate(files(), 'a.test');
    breakIt();
    expect(() => readCertificate(files())).toThrow(BadCertificate);
    expect(() => readCertificate(files())).toThrow(message);
    expect(() => readCertificate(files())).not.toThrow(/hunter2/);
  });

  it('refuses a key of another certificate', async () => {
    await ensureCertificate(files('a'), 'a.test');
    await ensureCertificate(files('b'), 'b.test');
    const mixed = { certificateFile: files('a').certificateFile, keyFile: files('b').keyFile };
    expect(() => readCertificate(mixed)).toThrow(/does not belong to/);
  });
});

describe('watchCertificate', () => {
  it('tells of a whole new pair once, through symbolic links, and keeps the old one meanwhile', async () => {
    await ensureCertificate(files('a'), 'a.test');
    await ensureCertificate(files('b'), 'b.test');
    const live = files('live');
    symlinkSync(files('a').certificateFile, live.certificateFile);
    symlinkSync(files('a').keyFile, live.keyFile);
    const seen: string[] = [];
    const watch = watchCertificate(live, {
      current: readCertificate(live),
      onChange: ({ certificate }) => seen.push(certificate),
      logger: silentLogger(),
      everyMs: 60_000,
    });
    watch.check();
    expect(seen).toEqual([]);
    unlinkSync(live.certificateFile);
    watch.check();
    symlinkSync(files('b').certificateFile, live.certificateFile);
    watch.check();
    expect(seen).toEqual([]);
    unlinkSync(live.keyFile);
    symlinkSync(files('b').keyFile, live.keyFile);
    watch.check();
    watch.check();
    watch.close();
    expect(seen).toEqual([readFileSync(files('b').certificateFile, 'utf8')]);
  });

  it('looks by itself', async () => {
    await ensureCertificate(files('a'), 'a.test');
    await ensureCertificate(files('b'), 'b.test');
    const { promise, resolve } = Promise.withResolvers<string>();
    const watch = watchCertificate(files('a'), {
      current: readCertificate(files('b')),
      onChange: ({ fingerprint }) => resolve(fingerprint),
      logger: silentLogger(),
      everyMs: 5,
    });
    expect(await promise).toBe(readCertificate(files('a')).fingerprint);
    watch.close();
  });
});
