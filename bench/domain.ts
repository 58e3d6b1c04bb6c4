/** CPU of the domain check for one 4 KB DKIM-signed mail whose DNS answers are at hand, and of its parts. */

import { authenticate } from 'mailauth';
import { spf } from 'mailauth/lib/spf/index.js';
import { parseZone, zoneResolver } from '../src/dns/zone.ts';
import { checkDomain, defaultDomainLimits } from '../src/evidence/domain.ts';
import { createSigner } from '../test/helpers/dkim-signer.ts';
import { readMail } from '../test/helpers/read-mail.ts';

const rounds = 2_000;
const signer = createSigner({ domain: 'corp.test', selector: 's1', bits: 2_048 });
const fields = [
  'From: Ada <ada@corp.test>',
  'To: support@postern.test',
  'Subject: Backup fails',
  'Date: Mon, 2 Mar 2026 09:59:00 +0000',
  'Message-ID: <1@corp.test>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
];
const body = 'It fails since Monday, and nobody here knows why that could be.\r\n'.repeat(55);
const raw = await signer.sign(`${fields.join('\r\n')}\r\n\r\n${body}`);
const resolve = zoneResolver(
  parseZone({
    'corp.test': { TXT: ['v=spf1 ip4:192.0.2.10 -all'] },
    '_dmarc.corp.test': { TXT: ['v=DMARC1; p=reject'] },
    [signer.dnsName]: { TXT: [signer.dnsRecord] },
  }),
);
const envelope = { client: { ip: '192.0.2.10', port: 1 }, helo: 'mx.corp.test', mailFrom: 'ada@corp.test' };
const mail = readMail(raw);
const input = { ...mail, envelope, now: Date.now(), resolve, trustedSealers: [], limits: defaultDomainLimits };

const check = await checkDomain(input);
if (check.dkim.result !== 'pass' || check.dmarc.result !== 'pass') throw new Error(JSON.stringify(check));

async function measure(what: string, round: () => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rounds / 4; at += 1) await round();
  const before = process.cpuUsage();
  for (let at = 0; at < rounds; at += 1) await round();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${what.padEnd(28)}${((user + system) / rounds / 1_000).toFixed(3)} ms CPU a mail\n`);
}

process.stdout.write(`mail of ${raw.length} octets, RSA-2048\n`);
await measure('checkDomain', () => checkDomain(input));
await measure('  of which SPF', () =>
  spf({
    sender: envelope.mailFrom,
    ip: envelope.client.ip,
    helo: envelope.helo,
    mta: 'x',
    maxResolveCount: 10,
    maxVoidCount: 2,
    resolver: resolve,
  }),
);
await measure('mailauth authenticate', () =>
  authenticate(raw, {
    ip: envelope.client.ip,
    helo: envelope.helo,
    sender: envelope.mailFrom,
    mta: 'x',
    disableBimi: true,
    resolver: async (name, type) => {
      const answer = await resolve(name, type === 'A' || type === 'AAAA' ? type : 'TXT');
      return Array.isArray(answer) ? answer : [];
    },
  }),
);
