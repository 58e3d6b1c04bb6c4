import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createMessage, readKey, readSignature, verify } from 'openpgp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { caseRecords } from '../../src/records/cases.ts';
import { ceasedSupport } from '../../src/records/ceased-support.ts';
import { passkeyRecords } from '../../src/records/passkeys.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { workOrderRecords } from '../../src/records/work-orders.ts';
import { documentVault } from '../../src/spool/document-vault.ts';
import { type CaseWorld, caseWorld } from '../helpers/case-world.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { addMember } from '../helpers/members.ts';
import { zipEntries } from '../helpers/zip-entries.ts';

const start = Date.parse('2026-03-02T10:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const tenant = tenantJson({
  objectId: 'object-1',
  contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+12025550100', email: 'grace@example.com' }],
  admins: [adminJson(), adminJson({ id: 'a2', name: 'Ben', primaryEmail: 'ben@example.com', role: 'admin' })],
});

let world: CaseWorld;
beforeEach(async () => {
  world = await caseWorld(start);
  await world.importDirectory(start - 40 * dayMs, tenant);
  const raw = [
    'From: grace@example.com',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    '',
    'Please see the report.',
    '--x',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename="../police.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('%PDF police').toString('base64'),
    '--x--',
    '',
  ].join('\r\n');
  const communication = {
    channel: 'mail',
    reference: 'm1-0',
    receivedAt: start - hourMs,
    address: 'grace@example.com',
  } as const;
  world.mails.set('m1-0', { communication, raw: Buffer.from(raw) });
});
afterEach(() => world.remove());

async function opened(procedure: string): Promise<string> {
  const { id } = await world.json('alice', 'open', '--procedure', procedure, '--tenant', 't1', '--mail', 'm1-0');
  return String(id);
}

async function phoneOf(id: string): Promise<string> {
  const shown = JSON.stringify(await world.json('alice', 'show', id));
  return /"id":"([0-9a-f]{16})","name":"Grace","role":"executive","channel":"phone"/.exec(shown)?.[1] ?? '';
}

async function versionOf(id: string): Promise<string> {
  return String((await world.json('alice', 'show', id))['version']);
}

async function done(who: string, ...argv: readonly string[]): Promise<string> {
  world.now += 60_000;
  const { code, stderr, stdout } = await world.run(who, ...argv);
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout;
}

/** A case that only lacks the proposal. */
async function complete(): Promise<string> {
  const id = await opened('disgruntled-admin');
  await done('alice', 'request', id, '--delete-admin', 'a1');
  await done('alice', 'evidence', 'add', id, '--kind', 'police-report', '--mail', 'm1-0', '--attachment', '1');
  for (const who of ['alice', 'bob', 'carol']) await done(who, 'evidence', 'get', id, 'd1', '--out', `${who}.pdf`);
  const asked = ['--asked', 'precinct 9, +1 555 0123', '--found-in', 'official-website', '--note', 'number fits'];
  await done('alice', 'confirm', id, '--document', 'd1', ...asked);
  await done('alice', 'confirm', id, '--contact', await phoneOf(id), '--outcome', 'confirmed', '--note', 'yes');
  return id;
}

async function approved(id: string): Promise<void> {
  await done('alice', 'propose', id);
  await done('bob', 'approve', id, '--seen', await versionOf(id));
  await done('carol', 'approve', id, '--seen', await versionOf(id));
}

async function verified(content: Buffer, armored: string): Promise<boolean> {
  const [key] = await world.keyring.list(world.now);
  const signature = await verify({
    message: await createMessage({ binary: content }),
    signature: await readSignature({ armoredSignature: armored }),
    verificationKeys: await readKey({ armoredKey: world.keyring.exportPublic(key?.fingerprint ?? '') }),
    date: new Date(world.now + 1_000),
  });
  return signature.signatures[0]?.verified.catch(() => false) ?? false;
}

describe('postern case', () => {
  it('goes from the opening to a signed work order and its answer', async () => {
    const id = await complete();
    expect(readFileSync(join(world.folder, 'bob.pdf'), 'utf8')).toBe('%PDF police');
    expect(statSync(join(world.folder, 'bob.pdf')).mode & 0o777).toBe(0o600);
    await approved(id);
    const order = await world.json('bob', 'order', id);
    const text = String(order['document']);
    const document = JSON.parse(text);
    expect(document).toMatchObject({
      type: 'postern-work-order',
      singleUse: true,
      tenant: { id: 't1', objectId: 'object-1' },
      action: { kind: 'delete-admin', adminId: 'a1' },
      never: ['add-admin', 'anything-not-named-here'],
      approvedBy: ['bob', 'carol'],
      rule: 'X-DISGRUNTLED',
    });
    expect(await verified(Buffer.from(text), String(order['signature']))).toBe(true);
    expect(await verified(Buffer.from(`${text} `), String(order['signature']))).toBe(false);
    expect(await world.json('carol', 'order', id)).toEqual(order);
    await done('bob', 'answer', id, '--result', 'done', '--reference', 'ENG-7');
    await done('bob', 'close', id, '--outcome', 'executed', '--note', 'deleted');
    expect((await world.run('bob', 'list')).stdout).toBe('no cases\n');
    expect((await world.run('bob', 'list', '--all')).stdout).toContain('closed');
  });

  it('shows how far engineering has been told, and sends again what was given up', async () => {
    const id = await complete();
    await approved(id);
    expect((await world.run('bob', 'show', id)).stdout).toContain(
      'engineering the order waits: no webhook to engineering is configured, hand it over by hand',
    );
    world.engineering = 'webhook';
    const settlement = { kind: 'parked', cause: 'HTTP 404' } as const;
    await world.withRecords(async (records) => {
      const orders = workOrderRecords(records);
      await orders.claim('engineering', world.now, 60_000, 1);
      await orders.settle([{ id: `${id}-order`, claims: 1, settlement }], world.now);
    });
    expect(await world.json('bob', 'show', id)).toMatchObject({
      engineering: [{ state: 'parked', text: 'the order was given up after 1 attempt: HTTP 404' }],
    });
    expect(await done('bob', 'order', id, '--retry')).toBe('1 to be sent again\n');
    expect((await world.run('bob', 'order', id, '--retry')).code).toBe(67);
    expect((await world.run('bob', 'show', id)).stdout).toContain('engineering the order waits to be sent');
  });

  it('shows what is missing, what may be done next, and what happened', async () => {
    const id = await opened('disgruntled-admin');
    await done('alice', 'request', id, '--delete-admin', 'a1');
    const { stdout } = await world.run('alice', 'show', id);
    expect(stdout).toContain('missing     a police-report\n');
    expect(stdout).toContain('missing     out-of-band confirmation by an executive on file\n');
    expect(stdout).toMatch(/^next .*document-added/m);
    expect(stdout).toContain('asked for: delete the admin a1');
    expect(stdout).toMatch(/Grace\s+executive\s+phone\s+\+12025550100\s.*yes/);
  });

  it('refuses by rule, names what is missing, and changes nothing', async () => {
    const id = await opened('disgruntled-admin');
    const before = await world.json('alice', 'show', id);
    const refused = await world.run('alice', 'propose', id);
    expect(refused).toMatchObject({ code: 65, stdout: '' });
    expect(refused.stderr).toContain('refused by X-DISGRUNTLED; missing:\n  what is asked for');
    const json = await world.run('alice', 'propose', id, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ refused: true, rule: 'X-DISGRUNTLED', conflict: false });
    expect(await world.json('alice', 'show', id)).toEqual(before);
  });

  it('nobody approves alone, unseen, or without having looked', async () => {
    const id = await complete();
    await done('alice', 'propose', id);
    const version = await versionOf(id);
    expect((await world.run('bob', 'approve', id)).code).toBe(64);
    expect((await world.run('alice', 'approve', id, '--seen', version)).stderr).toContain('nobody approves what they');
    expect((await world.run('dave', 'approve', id, '--seen', version)).stderr).toContain('a look at the police-report');
    await done('bob', 'approve', id, '--seen', version);
    expect((await world.run('carol', 'approve', id, '--seen', version)).stderr).toContain('approved by bob');
    expect((await world.run('bob', 'approve', id, '--seen', await versionOf(id))).stderr).toContain('a second person');
    expect((await world.run('bob', 'order', id)).code).toBe(67);
  });

  it('needs the role trust, to look as well', async () => {
    const id = await complete();
    await world.add('olga', 'operator');
    const tried = [
      ['list'],
      ['show', id],
      ['due'],
      ['propose', id],
      ['order', id],
      ['export', id, '--out', 'olga.pdf'],
      ['evidence', 'get', id, 'd1', '--out', 'olga.pdf'],
    ];
    for (const argv of tried) {
      const { code, stderr, stdout } = await world.run('olga', ...argv);
      expect([code, stdout]).toEqual([77, '']);
      expect(stderr).toBe('postern: this needs the role trust or above; yours is operator\n');
    }
    expect(existsSync(join(world.folder, 'olga.pdf'))).toBe(false);
  });

  it('knows people by their session only, and none who was shut out', async () => {
    const id = await complete();
    const nobody = await world.run('', 'show', id);
    expect(nobody).toMatchObject({ code: 77, stdout: '' });
    expect(nobody.stderr).toContain('postern staff log-in <name>');
    await world.withRecords((records) => staffRecords(records).disable('bob', { actor: 'carol', at: world.now }));
    expect(await world.run('bob', 'show', id)).toMatchObject({ code: 77, stdout: '' });
  });

  it('asks for password and code once more before an approval, and notes who did not know them', async () => {
    const id = await complete();
    await done('alice', 'propose', id);
    world.answers = ['not the password', ''];
    const refused = await world.run('bob', 'approve', id, '--seen', await versionOf(id));
    expect(refused).toMatchObject({ code: 77, stderr: 'postern: name, password or code is wrong\n' });
    expect(await world.json('alice', 'show', id)).toMatchObject({ state: 'proposed' });
    const [noted] = await world.withRecords((records) =>
      auditRecords(records).list({ action: 'staff.proof-refused', limit: 1 }),
    );
    expect(noted).toMatchObject({ actor: 'cli:bob@host', subject: 'bob' });
  });

  it('says where to go to whoever has a passkey and no codes', async () => {
    const id = await complete();
    await done('alice', 'propose', id);
    await world.withRecords((records) =>
      passkeyRecords(records).add(
        {
          id: 'key-of-bob',
          name: 'bob',
          label: 'laptop',
          publicKey: 'AAAA',
          counter: 0,
          transports: [],
          isSynced: false,
          createdAt: world.now,
          lastUsedAt: null,
        },
        { actor: 'bob', at: world.now },
      ),
    );
    const refused = await world.run('bob', 'approve', id, '--seen', await versionOf(id));
    expect(refused.code).toBe(77);
    expect(refused.stderr).toContain('a passkey, which only a browser can show: do it in the console');
    // Only to whoever knows the password: to others there is one text for all causes.
    world.answers = ['not the password', ''];
    const wrong = await world.run('bob', 'approve', id, '--seen', await versionOf(id));
    expect(wrong.stderr).toBe('postern: name, password or code is wrong\n');
    expect(await world.json('alice', 'show', id)).toMatchObject({ state: 'proposed' });
  });

  it('takes no two approvals from one account of the machine, whoever is logged in there', async () => {
    const id = await complete();
    await done('alice', 'propose', id);
    world.account = 'cli:root@host';
    await done('bob', 'approve', id, '--seen', await versionOf(id));
    const second = await world.run('carol', 'approve', id, '--seen', await versionOf(id));
    expect(second).toMatchObject({ code: 65 });
    expect(second.stderr).toContain('another way in: the first approval came from cli:root@host too');
    world.account = 'cli:carol@host';
    await done('carol', 'approve', id, '--seen', await versionOf(id));
    expect(await world.json('alice', 'show', id)).toMatchObject({ state: 'ordered' });
  });

  it('takes no approval of somebody who was let in while the case was open', async () => {
    const id = await complete();
    await done('alice', 'propose', id);
    await world.withRecords((records) => addMember(staffRecords(records), 'eve', 'trust', world.now, null));
    await done('eve', 'evidence', 'get', id, 'd1', '--out', 'eve.pdf');
    const refused = await world.run('eve', 'approve', id, '--seen', await versionOf(id));
    expect(refused).toMatchObject({ code: 65 });
    expect(refused.stderr).toContain('ALARM: somebody who was let in');
    world.now += 7 * dayMs;
    await done('eve', 'approve', id, '--seen', await versionOf(id));
  });

  it('takes no contact from the keyboard, and raises an alarm for a fresh one', async () => {
    const changed = { name: 'Grace', role: 'executive', phone: '+12025550177' };
    await world.importDirectory(start - dayMs, { ...tenant, contactsOnFile: [changed] });
    const opening = ['open', '--procedure', 'disgruntled-admin', '--tenant', 't1', '--mail', 'm1-0'];
    const { stderr, stdout } = await world.run('alice', ...opening);
    expect(stderr).toContain('ALARM: the phone contact of Grace was added\n');
    const id = stdout.split(' ')[0] ?? '';
    await done('alice', 'request', id, '--delete-admin', 'a1');
    const typed = await world.run('alice', 'confirm', id, '--contact', '+12025550100', '--outcome', 'confirmed');
    expect(typed.stderr).toContain('a contact on file: no other can be entered');
    const fresh = await world.run('alice', 'confirm', id, '--contact', await phoneOf(id), '--outcome', 'confirmed');
    expect(fresh.stderr).toContain('stood unchanged for 30 days');
    expect(fresh.stderr).toContain('ALARM: Grace: the phone contact was changed');
  });

  it('ceases support, shows the end as due, and resumes', async () => {
    const id = await opened('cessation');
    expect((await world.run('alice', 'cease', id)).code).toBe(65);
    await done('alice', 'confirm', id, '--contact', await phoneOf(id), '--outcome', 'confirmed');
    await done('alice', 'cease', id);
    const ceased = (now: number) => world.withRecords((records) => ceasedSupport(records).supportCeased('t1', now));
    expect(await ceased(world.now)).toBe(true);
    expect(await ceased(world.now + dayMs)).toBe(false);
    world.now += 21 * hourMs;
    expect((await world.run('alice', 'due')).stdout).toMatch(/^case-\S+ {2}SOON .* support resumes unless/);
    expect(await world.json('alice', 'due')).toMatchObject({ case: id, state: 'soon' });
    await done('alice', 'resume', id, '--note', 'the executive called again');
    expect(await ceased(world.now)).toBe(false);
    expect((await world.run('alice', 'due')).stdout).toBe('nothing is due\n');
  });

  it('closes an account after readings of the logins and a certificate', async () => {
    const id = await opened('closure');
    const header = 'source,last_login,log_since,read_at,read_from';
    const csv = (last: string) =>
      [
        header,
        ...['devices', 'users', 'user-portal'].map((name) => `${name},${last},,2026-03-02T09:00:00Z,login export`),
      ].join('\n');
    world.file(
      'logins.csv',
      `${csv('2025-08-01T00:00:00Z')}\nadmin-portal,none,2025-01-01T00:00:00Z,2026-03-02T09:00:00Z,x\n`,
    );
    await done('alice', 'evidence', 'logins', id, 'logins.csv');
    world.file('certificate.pdf', '%PDF dissolved');
    await done('alice', 'evidence', 'add', id, 'certificate.pdf', '--kind', 'certificate-of-dissolution');
    expect((await world.json('alice', 'show', id))['missing']).toEqual([
      'independent confirmation of the certificate-of-dissolution',
    ]);
    world.file('fresh.csv', csv('2026-03-01T00:00:00Z'));
    await done('alice', 'evidence', 'logins', id, 'fresh.csv');
    expect((await world.json('alice', 'show', id))['state']).toBe('barred');
  });

  it.each([
    ['source,last_login\ndevices,2025-01-01T00:00:00Z\n', 'read_at'],
    ['source,last_login,log_since,read_at,read_from\nfridges,none,,2026-03-02T09:00:00Z,x\n', 'source'],
    ['source,last_login,log_since,read_at,read_from\ndevices,none,,2026-03-02T09:00:00Z,x\n', 'log_since'],
    [
      'source,last_login,log_since,read_at,read_from\ndevices,2025-01-01T00:00:00,,2026-03-02T09:00:00Z,x\n',
      'last_login',
    ],
  ])('names what is wrong in a file of logins', async (content, field) => {
    const id = await opened('closure');
    world.file('logins.csv', content);
    const { code, stderr } = await world.run('alice', 'evidence', 'logins', id, 'logins.csv');
    expect(code).toBe(65);
    expect(stderr).toContain(field);
  });

  it('carries out what a court order enumerates', async () => {
    const id = await opened('mistake');
    world.file('order.pdf', '%PDF court order');
    await done('alice', 'evidence', 'add', id, 'order.pdf', '--kind', 'court-order');
    for (const who of ['alice', 'bob', 'carol']) await done(who, 'evidence', 'get', id, 'd1', '--out', `o-${who}.pdf`);
    const court = ['--court', 'Superior Court', '--why', 'seat of the company'];
    await done(
      'alice',
      'confirm',
      id,
      '--document',
      'd1',
      '--asked',
      'clerk',
      '--found-in',
      'official-website',
      '--note',
      'ok',
      ...court,
    );
    world.file('bad.json', '[{"kind":"add-admin","target":"x","quote":"q","page":1,"line":1}]');
    expect((await world.run('alice', 'evidence', 'order', id, 'd1', 'bad.json')).code).toBe(65);
    world.file(
      'order.json',
      '[{"kind":"lock-account","target":"ben@example.com","quote":"shall lock","page":2,"line":14}]',
    );
    await done('alice', 'evidence', 'order', id, 'd1', 'order.json');
    await done('alice', 'confirm', id, '--contact', await phoneOf(id), '--outcome', 'confirmed');
    await approved(id);
    const { stdout } = await world.run('bob', 'order', id);
    expect(stdout).toContain('"quote": "shall lock"');
    expect(stdout).toContain('-----BEGIN PGP SIGNATURE-----');
  });

  it('warns of dangerous documents, keeps them and opens none', async () => {
    const id = await opened('mistake');
    world.file('order.pdf.exe', 'MZ');
    const { code, stderr } = await world.run('alice', 'evidence', 'add', id, 'order.pdf.exe', '--kind', 'court-order');
    expect([code, stderr]).toEqual([0, 'warning: order.pdf.exe is executable: kept, not opened\n']);
  });

  it('waits to be named when nobody knows what it is', async () => {
    const { id } = await world.json('alice', 'open', '--portal', 'P-1', '--note', 'a letter');
    expect((await world.run('alice', 'open', '--tenant', 't1')).code).toBe(64);
    await done('bob', 'name', String(id), '--procedure', 'preventative', '--tenant', 't1');
    await done('bob', 'join', String(id), '--mail', 'm1-0');
    expect((await world.run('bob', 'join', String(id), '--mail', 'm9-0')).code).toBe(67);
    expect(await world.json('bob', 'show', String(id))).toMatchObject({ procedure: 'preventative', rule: 'X-PREVENT' });
  });

  it.each([
    ['show', 'case-none'],
    ['order', 'case-none'],
    ['propose', 'case-none'],
    ['export', 'case-none', '--out', 'x.zip'],
  ])('says that there is no such case: %s', async (...argv) => {
    expect(await world.run('alice', ...argv)).toMatchObject({
      code: 67,
      stdout: '',
      stderr: 'postern: no case case-none\n',
    });
  });
});

describe('postern case export', () => {
  it('writes one archive whose every file is under the signature', async () => {
    const id = await complete();
    await approved(id);
    await done('carol', 'export', id, '--out', 'case.zip');
    const files = zipEntries(readFileSync(join(world.folder, 'case.zip')));
    expect([...files.keys()]).toEqual([
      'summary.html',
      'case.json',
      'events.jsonl',
      'audit.json',
      'work-order.json',
      'work-order.json.asc',
      'evidence/d1-police.pdf',
      'mails/1-m1-0.eml',
      'SHA256SUMS',
      'SHA256SUMS.asc',
      'gateway-key.asc',
    ]);
    const content = (name: string): Buffer => files.get(name) ?? Buffer.alloc(0);
    const sums = content('SHA256SUMS').toString().trimEnd().split('\n');
    expect(sums).toHaveLength(8);
    for (const line of sums) {
      const [sum, name] = line.split('  ');
      expect(
        createHash('sha256')
          .update(content(name ?? ''))
          .digest('hex'),
      ).toBe(sum);
    }
    expect(await verified(content('SHA256SUMS'), content('SHA256SUMS.asc').toString())).toBe(true);
    expect(content('evidence/d1-police.pdf').toString()).toBe('%PDF police');
    const again = await world.run('carol', 'export', id, '--out', 'case.zip');
    expect(again.code).toBe(73);
  });

  it.skipIf(spawnSync('gpg', ['--version']).status !== 0)(
    'is checked by gpg and sha256sum, which know nothing of Postern (skipped where there is no gpg: scripts/setup.mjs installs it)',
    async () => {
      const id = await complete();
      await approved(id);
      await done('carol', 'export', id, '--out', 'case.zip');
      const folder = join(world.folder, 'unpacked');
      for (const [name, content] of zipEntries(readFileSync(join(world.folder, 'case.zip')))) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
      const home = join(world.folder, 'g');
      mkdirSync(home, { mode: 0o700 });
      const gpg = (...argv: readonly string[]) =>
        spawnSync('gpg', ['--homedir', home, '--batch', '--no-tty', '--no-autostart', ...argv], {
          cwd: folder,
          encoding: 'utf8',
        });
      expect(gpg('--import', 'gateway-key.asc').status).toBe(0);
      const good = ['SHA256SUMS', 'work-order.json'].map((name) =>
        gpg('--status-fd', '1', '--verify', `${name}.asc`, name),
      );
      for (const { status, stdout } of good) expect([status, /^\[GNUPG:\] GOODSIG/m.test(stdout)]).toEqual([0, true]);
      const sums = () => spawnSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' });
      expect(sums()).toMatchObject({ status: 0 });

      writeFileSync(join(folder, 'evidence/d1-police.pdf'), '%PDF forged');
      expect(sums().stdout).toContain('evidence/d1-police.pdf: FAILED');
      const order = readFileSync(join(folder, 'work-order.json'), 'utf8');
      writeFileSync(join(folder, 'work-order.json'), order.replace('"a1"', '"a2"'));
      const forged = gpg('--status-fd', '1', '--verify', 'work-order.json.asc', 'work-order.json');
      expect([forged.status === 0, /^\[GNUPG:\] BADSIG/m.test(forged.stdout)]).toEqual([false, true]);
    },
  );

  it('holds the audit rows of the case, and they prove themselves and the events', async () => {
    const id = await complete();
    await done('carol', 'export', id, '--out', 'case.zip');
    const files = zipEntries(readFileSync(join(world.folder, 'case.zip')));
    const { rows, verification } = JSON.parse(files.get('audit.json')?.toString() ?? '');
    const events = files.get('events.jsonl')?.toString().trimEnd().split('\n') ?? [];
    expect(verification).toMatchObject({ ok: true });
    expect(rows).toHaveLength(events.length);
    for (const row of rows) {
      const hashed = JSON.stringify([
        row.previous_hash,
        row.seq,
        row.at,
        row.actor,
        row.action,
        row.subject,
        row.detail,
      ]);
      expect(createHash('sha256').update(hashed).digest('hex')).toBe(row.hash);
      const { event, sha256 } = JSON.parse(row.detail);
      expect(
        createHash('sha256')
          .update(events[event - 1] ?? '')
          .digest('hex'),
      ).toBe(sha256);
    }
  });

  it('shows in its summary what others wrote, and runs none of it', async () => {
    const { id } = await world.json('alice', 'open', '--portal', 'P-1', '--note', '<script>alert(1)</script>\u202e');
    await done('alice', 'export', String(id), '--out', 'case.zip');
    const summary =
      zipEntries(readFileSync(join(world.folder, 'case.zip')))
        .get('summary.html')
        ?.toString() ?? '';
    expect(summary).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\uFFFD');
    expect(summary).not.toContain('<script');
    expect(summary).toContain("default-src 'none'");
    expect(summary).toContain('was verified when this file was made');
  });
});

it('closes a flood of unnamed cases at once, after a dry run that changes nothing', async () => {
  const mails = [1, 2, 3].map((number) => ({
    messageId: `f${number}-0`,
    receivedAt: start,
    address: `x${number}@${number === 3 ? 'real' : 'flood'}.test`,
    tenantId: null,
    procedure: null,
  }));
  await world.withRecords(async (records) => {
    const cases = caseRecords(records, documentVault(Buffer.alloc(32)));
    for (const mail of mails) await cases.takeMail(mail, start);
  });
  const flood = ['close-unnamed', '--from', '1h', '--until', '2026-03-02T10:00:01Z', '--author', 'flood.test'];
  world.now = start + 60_000;
  const dry = await world.run('alice', ...flood, '--note', 'a flood', '--dry-run');
  expect(dry.stderr).toBe('dry run, nothing was changed: 2 would be closed\n');
  expect(dry.stdout.match(/unnamed/g)).toHaveLength(2);
  expect(await world.run('alice', ...flood, '--note', ' ')).toMatchObject({ code: 65 });
  expect(await world.json('alice', ...flood, '--note', 'a flood')).toEqual({ closed: 2, left: 0 });
  expect((await world.run('alice', ...flood, '--note', 'a flood')).stdout).toBe('0 closed\n');
  expect((await world.run('alice', 'list')).stdout.match(/unnamed/g)).toHaveLength(1);
  expect((await world.run('alice', 'close-unnamed', '--from', 'yesterday')).code).toBe(64);
});
