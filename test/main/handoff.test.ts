import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { derivedKey, gatewayKeys, gatewaySecret } from '../../src/main/gateway-secret.ts';
import { calendarOf, fileTargetsOf, targetsOf } from '../../src/main/handoff.ts';
import { defaultCalendar } from '../../src/sla/calendar.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-main-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(yaml: string): Config {
  writeFileSync(join(folder, 'postern.yaml'), yaml);
  return loadConfig({ env: { POSTERN_DATA_DIR: folder }, cwd: folder });
}
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}\n`;
const webhook =
  'handoff:\n  targets:\n    - {name: hook, kind: webhook, url: "https://desk.test/", secretFiles: [hook.secret]';

describe('targets', () => {
  it('without any are files under the data directory', () => {
    expect(targetsOf(load(''))).toEqual([
      {
        kind: 'file',
        name: 'file',
        path: join(folder, 'handoff/file'),
        from: 'postern@postern.test',
        to: 'postern@postern.test',
      },
    ]);
  });

  it('of each kind are read with their secrets', () => {
    writeFileSync(join(folder, 'hook.secret'), secret);
    writeFileSync(join(folder, 'relay.password'), 'swordfish\n');
    const targets = targetsOf(
      load(`${webhook}, allowedNetworks: [10.0.0.0/8]}
    - {name: desk, kind: smtp, host: relay.test, to: desk@help.test, user: postern, passwordFile: relay.password}
    - {name: copy, kind: maildir, path: Maildir}
    - {name: disk, kind: file, departments: [sales]}
  from: gate@postern.test`),
    );
    expect(targets).toMatchObject([
      { kind: 'webhook', secrets: [Buffer.alloc(32, 1)], allowedNetworks: ['10.0.0.0/8'], timeoutMs: 15_000 },
      {
        kind: 'smtp',
        port: 587,
        tls: 'required',
        login: { user: 'postern', password: 'swordfish' },
        from: 'gate@postern.test',
      },
      { kind: 'maildir', path: join(folder, 'Maildir') },
      { kind: 'file', path: join(folder, 'handoff/disk') },
    ]);
  });

  it.each([
    ['a secret that is not there', `${webhook}}`],
    ['a network that is none', `${webhook}, allowedNetworks: [intranet]}`],
    ['a user without a password', 'handoff: {targets: [{name: d, kind: smtp, host: h, to: d@h.test, user: u}]}'],
    ['a name that is no name', 'handoff: {targets: [{name: "a:b", kind: file}]}'],
    ['two of one name', 'handoff: {targets: [{name: a, kind: file}, {name: a, kind: maildir, path: x}]}'],
    ['a password in the address', webhook.replace('https://desk', 'https://user:pw@desk')],
    ['an unknown kind', 'handoff: {targets: [{name: a, kind: pigeon}]}'],
  ])('with %s stop the start', (name, yaml) => {
    if (name.includes('network')) writeFileSync(join(folder, 'hook.secret'), secret);
    const text = yaml.endsWith('}') || yaml.includes('}]}') ? yaml : `${yaml}}`;
    expect(() => targetsOf(load(text))).toThrow(ConfigError);
  });

  it('of kind file are known without the secrets of others', () => {
    const config = load(`${webhook}}
    - {name: disk, kind: file, path: /srv/desk}
    - {name: copy, kind: maildir, path: Maildir}`);
    expect(() => targetsOf(config)).toThrow(ConfigError);
    expect(fileTargetsOf(config)).toMatchObject([{ kind: 'file', name: 'disk', path: '/srv/desk' }]);
    expect(fileTargetsOf(load(''))).toEqual(targetsOf(load('')));
  });

  it('with a secret that is none stop the start without showing it', () => {
    writeFileSync(join(folder, 'hook.secret'), 'swordfish');
    expect(() => targetsOf(load(`${webhook}}`))).toThrow(/^(?!.*swordfish).*handoff\.targets\[0\]\.secretFiles/);
  });
});

describe('business hours', () => {
  it('are by default those of the response times', () => {
    expect(calendarOf(load(''))).toEqual(defaultCalendar);
  });

  it('may be others', () => {
    const text =
      'businessHours: {timeZone: Europe/Paris, opensAt: "08:30", closesAt: "24:00", weekdays: [1, 6], holidayCountry: FR, closedOn: ["2026-12-24"]}';
    expect(calendarOf(load(text))).toEqual({
      timeZone: 'Europe/Paris',
      opensAt: 510,
      closesAt: 1_440,
      weekdays: [1, 6],
      holidays: { country: 'FR', state: null },
      closedOn: ['2026-12-24'],
    });
  });

  it.each(['timeZone: Mars/Olympus', 'opensAt: "18:00"', 'holidayCountry: ZZ', 'closedOn: ["2026-02-30"]'])(
    '%s stops the start',
    (setting) => {
      expect(() => calendarOf(load(`businessHours: {${setting}}`))).toThrow(ConfigError);
    },
  );
});

describe('the secret of the gateway', () => {
  it('is made once, for the owner only', () => {
    const first = gatewaySecret(folder);
    expect(first).toHaveLength(32);
    expect(gatewaySecret(folder)).toEqual(first);
    expect(statSync(join(folder, 'gateway.secret')).mode & 0o077).toBe(0);
    expect(readdirSync(folder)).toEqual(['gateway.secret']);
  });

  it('gives each purpose a key of its own', () => {
    const made = gatewaySecret(folder);
    expect(derivedKey(made, 'one')).toEqual(derivedKey(made, 'one'));
    expect(derivedKey(made, 'one')).not.toEqual(derivedKey(made, 'two'));
  });

  it('is what the environment gives, and what the file signed still holds', () => {
    const env = { POSTERN_DATA_DIR: folder, POSTERN_GATEWAY_SECRET: 'ab'.repeat(32) };
    const config = loadConfig({ env, cwd: folder });
    const shared = derivedKey(Buffer.from('ab'.repeat(32), 'hex'), 'reply token');
    expect(gatewayKeys(config, 'reply token')).toEqual([shared]);
    const file = gatewaySecret(folder);
    expect(gatewayKeys(config, 'reply token')).toEqual([shared, derivedKey(file, 'reply token')]);
  });

  it('that was damaged stops the start', () => {
    writeFileSync(join(folder, 'gateway.secret'), 'short');
    expect(() => gatewaySecret(folder)).toThrow(ConfigError);
  });
});
