import { describe, expect, it } from 'vitest';
import { parseMailbox } from '../../src/address/mailbox.ts';
import { indexDirectory } from '../../src/directory/lookup.ts';
import type { SenderFinding } from '../../src/evidence/finding.ts';
import { checkSender } from '../../src/evidence/sender.ts';
import { adminJson, directoryOf, tenantJson } from '../helpers/directory-json.ts';

const index = indexDirectory(
  await directoryOf(
    tenantJson({
      admins: [adminJson({ primaryEmail: 'ada.lovelace@example.com', secondaryEmails: ['ada@home.example'] })],
    }),
    tenantJson({ id: 't2', domains: ['examplo.com'], admins: [adminJson({ primaryEmail: 'eve@examplo.com' })] }),
  ),
);
const ownAddresses = ['support@postern.test', 'sales@postern.test'];
const ownDomains = ['postern.test'];

async function check(address: string, displayName = ''): Promise<SenderFinding> {
  const author = parseMailbox(address);
  if (!author.ok) throw new Error(author.fault);
  return checkSender({ author: author.mailbox, displayName, ports: { directory: index }, ownAddresses, ownDomains });
}

describe('the sender check', () => {
  it.each([
    ['x@examp1e.com', '', { kind: 'homoglyph', of: 'example.com' }],
    ['x@exampel.com', '', { kind: 'near-miss', of: 'example.com' }],
    ['ada.love1ace@example.com', '', { kind: 'homoglyph', of: 'ada.lovelace@example.com' }],
    ['support@p0stern.test', '', { kind: 'homoglyph', of: 'support@postern.test' }],
    ['it@postem.test', '', { kind: 'homoglyph', of: 'postern.test' }],
    ['it@posterns.test', '', { kind: 'near-miss', of: 'postern.test' }],
    ['x@elsewhere.test', 'Ada (ada.lovelace@example.com)', { kind: 'display-name', of: 'ada.lovelace@example.com' }],
    ['x@elsewhere.test', 'ADA@HOME.EXAMPLE', { kind: 'display-name', of: 'ada@home.example' }],
    ['x@elsewhere.test', 'ada＠home．example', { kind: 'display-name', of: 'ada@home.example' }],
    ['x@elsewhere.test', 'ada\u200b@home.example.', { kind: 'display-name', of: 'ada@home.example' }],
    ['x@elsewhere.test', 'ada@h0me.example', { kind: 'display-name', of: 'ada@home.example' }],
    ['x@elsewhere.test', 'support@postern.test', { kind: 'display-name', of: 'support@postern.test' }],
    ['x@elsewhere.test', 'a@b.test c@d.test ada@home.example', { kind: 'display-name', of: 'ada@home.example' }],
    ['"ada@home.example"@elsewhere.test', '', { kind: 'display-name', of: 'ada@home.example' }],
    ['x@elsewhere.test', 'x@elsewhere.test', null],
    ['x@elsewhere.test', 'somebody@example.net', null],
    ['x@elsewhere.test', 'Ada Lovelace', null],
  ])('%s "%s" imitates %o', async (address, displayName, lookalike) => {
    expect((await check(address, displayName)).lookalike).toEqual(lookalike);
  });

  it.each([
    ['ada.lovelace@example.com', 'primary'],
    ['ada@home.example', 'secondary'],
    // A tenant's domain that is a near miss of another's.
    ['eve@examplo.com', 'primary'],
    ['carol@examplo.com', 'tenant-domain'],
  ])('%s is registered (%s) and imitates nobody', async (address, kind) => {
    expect(await check(address)).toMatchObject({ standing: { kind }, lookalike: null });
  });

  it('does not hold our own mail to imitate us', async () => {
    expect((await check('supports@postern.test', 'sales@postern.test')).lookalike).toBeNull();
  });

  it('sees an imitated colleague at a registered domain', async () => {
    expect(await check('ada.lovelac@example.com')).toMatchObject({
      standing: { kind: 'tenant-domain' },
      lookalike: { kind: 'near-miss', of: 'ada.lovelace@example.com' },
    });
  });

  it('asks the same questions whether or not the author is registered', async () => {
    const asked: string[] = [];
    const directory = {
      standingOf: async (address: string) => {
        asked.push('standingOf');
        return index.standingOf(address);
      },
      namesUnder: async (keys: readonly string[]) => {
        asked.push(`namesUnder ${keys.length}`);
        return index.namesUnder(keys);
      },
    };
    const questions = async (address: string) => {
      const author = parseMailbox(address);
      if (!author.ok) throw new Error(author.fault);
      asked.length = 0;
      await checkSender({ author: author.mailbox, displayName: '', ports: { directory }, ownAddresses, ownDomains });
      return asked.join();
    };
    const registered = await questions('ada.lovelace@example.com');
    expect(await questions('bob.lovelace@exomple.com')).toBe(registered);
    expect(await questions('bob.lovelace@zxcvbnq.com')).toBe(registered);
  });

  it('reads a hostile display name within bounds', async () => {
    const hostile = ['a@'.repeat(500_000), '@'.repeat(1_000_000), `${'x'.repeat(1_000_000)}@example.com`];
    for (const displayName of hostile) expect((await check('x@elsewhere.test', displayName)).lookalike).toBeNull();
  });

  it('fails when the directory fails', async () => {
    const author = parseMailbox('a@b.test');
    if (!author.ok) throw new Error(author.fault);
    const directory = { ...index, standingOf: () => Promise.reject(new Error('gone')) };
    const question = { author: author.mailbox, displayName: '', ports: { directory }, ownAddresses, ownDomains };
    await expect(checkSender(question)).rejects.toThrow('gone');
  });
});
