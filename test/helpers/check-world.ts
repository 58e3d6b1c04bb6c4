/** Everything that `postern check` is given: zone, directory, deny-list and keys as files, and signers for the mails. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePgpKey, type SampleKey } from '../../src/samples/pgp-samples.ts';
import { adminJson, tenantJson } from './directory-json.ts';
import { createSigner, type Signer, type SignerOptions } from './dkim-signer.ts';

export type CheckWorld = {
  /** Options that name the files. */
  readonly options: readonly string[];
  readonly signer: (name: SignerName) => Signer;
  readonly keys: Readonly<Record<'ada' | 'bob' | 'stranger' | 'denied' | 'gateway', SampleKey>>;
};

export const checkNow = Date.parse('2026-03-02T10:00:00Z');
export const corporateIp = '192.0.2.10';
export const attackerIp = '203.0.113.66';
export const deniedIp = '198.51.100.7';

const signers = {
  corp: { domain: 'corp.example' },
  plain: { domain: 'plain.example' },
  edwards: { domain: 'plain.example', algorithm: 'ed25519-sha256' },
  old: { domain: 'plain.example', algorithm: 'rsa-sha1' },
  short: { domain: 'plain.example', bits: 768 },
  trial: { domain: 'plain.example', testing: true },
  free: { domain: 'free.example' },
  pgpOnly: { domain: 'pgp.example' },
  tlsOnly: { domain: 'tls.example' },
  mailer: { domain: 'mailer.example' },
  agency: { domain: 'agency.example' },
  evil: { domain: 'evil.example' },
} as const satisfies Readonly<Record<string, Omit<SignerOptions, 'selector'>>>;
export type SignerName = keyof typeof signers;

/** Writes the files into this folder. */
export async function checkWorld(folder: string): Promise<CheckWorld> {
  const made = new Map<string, Signer>();
  for (const [name, options] of Object.entries(signers)) {
    made.set(name, createSigner({ ...options, selector: name.toLowerCase() }));
  }
  const date = new Date(checkNow - 100 * 86_400_000);
  const make = (name: string, email: string) => makePgpKey({ name, email, date });
  const keys = {
    ada: await make('Ada', 'ada@plain.example'),
    bob: await make('Bob', 'bob@plain.example'),
    stranger: await make('Stranger', 'x@evil.example'),
    denied: await make('Denied', 'y@evil.example'),
    gateway: await make('Support', 'support@postern.test'),
  };
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const keyFolder = join(folder, 'keys');
  mkdirSync(keyFolder);
  file('keys/gateway.asc', keys.gateway.armoredPrivate);
  const zone = file('zone.json', JSON.stringify(zoneOf([...made.values()])));
  const directory = file('directory.json', JSON.stringify({ tenants: tenantsOf(keys) }));
  const deny = file('deny.csv', denyCsv(keys.denied.fingerprint));
  return {
    options: ['--zone', zone, '--directory', directory, '--deny', deny, '--keys', keyFolder],
    keys,
    signer: (name) => {
      const found = made.get(name);
      if (found === undefined) throw new Error(`no signer ${name}`);
      return found;
    },
  };
}

function zoneOf(all: readonly Signer[]): unknown {
  const spf = { TXT: [`v=spf1 ip4:${corporateIp} -all`] };
  const policy = (name: string) => ({ TXT: [`v=DMARC1; p=${name}`] });
  return {
    'corp.example': spf,
    '_dmarc.corp.example': policy('reject'),
    'plain.example': spf,
    'spf.example': spf,
    'quarantine.example': spf,
    '_dmarc.quarantine.example': policy('quarantine'),
    '_dmarc.storm.example': { TXT: 'SERVFAIL' },
    ...Object.fromEntries(all.map(({ dnsName, dnsRecord }) => [dnsName, { TXT: [dnsRecord] }])),
  };
}

function tenantsOf(keys: CheckWorld['keys']): readonly unknown[] {
  const admin = (id: string, primaryEmail: string, changes: object = {}) => adminJson({ id, primaryEmail, ...changes });
  const contract = { requirePgp: 'none', requireTls: false, spfProves: false, alternateSenders: [] };
  return [
    tenantJson({ id: 'corp', domains: ['corp.example'], admins: [admin('c1', 'ada@corp.example')] }),
    tenantJson({
      id: 'plain',
      domains: ['plain.example'],
      helpdeskAddresses: ['help@plain.example'],
      contract: { ...contract, alternateSenders: [{ address: 'temp@agency.example', requests: [] }] },
      admins: [
        admin('a1', 'ada@plain.example', {
          secondaryEmails: ['ada.home@plain.example'],
          pgpKeys: [keys.ada.armoredPublic],
        }),
        admin('a2', 'bob@plain.example', { role: 'admin', pgpKeys: [keys.bob.armoredPublic] }),
        admin('a3', 'old@plain.example', { role: 'admin', active: false }),
        admin('a4', 'team@plain.example', { role: 'admin', mailbox: 'group' }),
      ],
    }),
    tenantJson({
      id: 'free',
      tier: 'free',
      users: 4,
      domains: ['free.example'],
      admins: [admin('f1', 'fay@free.example')],
    }),
    tenantJson({
      id: 'pgp',
      domains: ['pgp.example'],
      contract: { ...contract, requirePgp: 'signed' },
      admins: [admin('p1', 'pia@pgp.example')],
    }),
    tenantJson({
      id: 'tls',
      domains: ['tls.example'],
      contract: { ...contract, requireTls: true },
      admins: [admin('t1', 'tim@tls.example')],
    }),
    tenantJson({
      id: 'spf',
      domains: ['spf.example'],
      contract: { ...contract, spfProves: true },
      admins: [admin('s1', 'sue@spf.example')],
    }),
    tenantJson({
      id: 'outsourced',
      domains: ['outsourced.example'],
      signingDomains: ['mailer.example'],
      admins: [admin('o1', 'olga@outsourced.example')],
    }),
    tenantJson({ id: 'q', domains: ['quarantine.example'], admins: [admin('q1', 'quin@quarantine.example')] }),
    tenantJson({
      id: 'look',
      domains: ['harbour-lights.example'],
      admins: [admin('l1', 'lee@harbour-lights.example')],
    }),
  ];
}

function denyCsv(fingerprint: string): string {
  const rows = [
    ['email', 'pest@denied.example', 'global', ''],
    ['domain', 'bad.example', 'global', ''],
    ['subdomains', 'host.example', 'global', ''],
    ['network', '198.51.100.0/24', 'global', ''],
    ['pgp', fingerprint, 'global', ''],
    ['email', 'scoped@denied.example', 'mailbox:sales@postern.test', ''],
    ['email', 'tenant@plain.example', 'tenant:plain', ''],
    ['email', 'forgiven@denied.example', 'global', '2026-03-01T00:00:00Z'],
  ];
  const lines = rows.map(([kind, value, scope, expires]) =>
    [kind, value, 'test', '', scope, expires, 'tester'].join(','),
  );
  return ['kind,value,reason,note,scope,expires_at,created_by', ...lines, ''].join('\n');
}
