import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readCertificate } from '../../src/supervise/certificate.ts';
import { type FirstStart, prepareFirstStart, welcomeText } from '../../src/supervise/first-start.ts';

let folder: string;
let calls: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-first-'));
  calls = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (env: Record<string, string> = {}): Config => loadConfig({ env, cwd: folder });

function prepare(config: Config): Promise<FirstStart> {
  return prepareFirstStart({
    config,
    hostName: 'mx.postern.test',
    samplesDirectory: join(folder, 'samples'),
    makePgpKey: async (keys) => {
      calls.push('key');
      writeFileSync(join(keys, 'gateway.asc'), 'key');
    },
    makeSamples: async () => {
      calls.push('samples');
    },
  });
}

describe('prepareFirstStart', () => {
  it('writes settings, certificate, key and samples once', async () => {
    const first = await prepare(load());
    expect(first).toEqual({
      settingsFile: join(folder, 'data', 'postern.yaml'),
      certificate: true,
      pgpKey: true,
      samples: join(folder, 'samples'),
    });
    expect(calls).toEqual(['key', 'samples']);
    expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
    const second = load();
    expect(second.file).toBe(first.settingsFile);
    expect(readCertificate(second.smtp.tls).isSelfSigned).toBe(true);
    expect(await prepare(second)).toEqual({ settingsFile: null, certificate: false, pgpKey: false, samples: null });
    expect(calls).toEqual(['key', 'samples']);
  });

  it('leaves what the operator wrote', async () => {
    const config = load();
    await prepare(config);
    writeFileSync(config.filePath, 'logLevel: debug\n');
    await prepare(load());
    expect(readFileSync(config.filePath, 'utf8')).toBe('logLevel: debug\n');
  });

  it('makes no certificate where the operator keeps theirs', async () => {
    writeFileSync(
      join(folder, 'p.yaml'),
      `smtp: {tls: {certificateFile: ${folder}/c.pem, keyFile: ${folder}/k.pem}}\n`,
    );
    const first = await prepare(load({ POSTERN_CONFIG: 'p.yaml' }));
    expect(first).toMatchObject({ settingsFile: null, certificate: false });
    expect(existsSync(join(folder, 'c.pem'))).toBe(false);
    expect(readdirSync(join(folder, 'data'))).not.toContain('postern.yaml');
  });
});

describe('welcomeText', () => {
  it('says what listens where, what was written, and three things to try', async () => {
    const config = load();
    const first = await prepare(config);
    const listening = {
      smtp: ['127.0.0.1:2525', '127.0.0.1:2525'],
      console: ['127.0.0.1:8025'],
      queues: 'private redis-server',
      records: 'SQLite',
      spool: 'data/spool',
    };
    const text = welcomeText({ config, listening, first, cwd: folder });
    expect(text.split('127.0.0.1:2525')).toHaveLength(2);
    expect(text).toContain('http://127.0.0.1:8025/');
    expect(text).toContain('data/postern.yaml');
    expect(text).toContain('sample mails in samples/');
    expect(text.match(/npm run -s postern -- /g)).toHaveLength(3);
    expect(text).toContain('send samples/');
    const later = welcomeText({ config: load(), listening, first: await prepare(load()), cwd: folder });
    expect(later).not.toContain('first start');
  });
});
