/** Companies, their DNS and their people, for tests of the whole system. No name ends in `.test`: those are the samples'. */
import { randomUUID } from 'node:crypto';
import { makePgpKey, type SampleKey } from '../../src/samples/pgp-samples.ts';
import { adminJson, type Json, tenantJson } from './directory-json.ts';
import { createSigner, type Signer } from './dkim-signer.ts';

export type ZoneJson = Record<string, Record<string, readonly string[] | 'SERVFAIL' | 'TIMEOUT'>>;

export type CustomerWorld = {
  readonly zone: ZoneJson;
  readonly directory: { readonly tenants: readonly Json[] };
  /** Signs for customer.example. */
  readonly customer: Signer;
  /** Signs for newcomer.example, which nobody registered. */
  readonly newcomer: Signer;
  /** Ada's key. */
  readonly adaKey: SampleKey;
};

export const ada = 'ada@customer.example';
export const support = 'support@postern.test';

const elsewhere = 'v=spf1 ip4:192.0.2.25 -all'; // never a loopback client

export async function customerWorld(): Promise<CustomerWorld> {
  const customer = createSigner({ domain: 'customer.example', selector: 's1' });
  const newcomer = createSigner({ domain: 'newcomer.example', selector: 's1' });
  const adaKey = await makePgpKey({ name: 'Ada', email: ada, date: new Date(Date.now() - 86_400_000) });
  return {
    customer,
    newcomer,
    adaKey,
    zone: {
      'customer.example': { TXT: [elsewhere] },
      '_dmarc.customer.example': { TXT: ['v=DMARC1; p=reject'] },
      [customer.dnsName]: { TXT: [customer.dnsRecord] },
      'newcomer.example': { TXT: [elsewhere] },
      [newcomer.dnsName]: { TXT: [newcomer.dnsRecord] },
      'plain.example': { TXT: [elsewhere] },
    },
    directory: {
      tenants: [
        tenantJson({
          domains: ['customer.example'],
          helpdeskAddresses: ['help@customer.example'],
          admins: [
            adminJson({
              primaryEmail: ada,
              secondaryEmails: ['ada.second@customer.example'],
              pgpKeys: [adaKey.armoredPublic],
            }),
            adminJson({ id: 'a2', name: 'Old', primaryEmail: 'old@customer.example', role: 'admin', active: false }),
          ],
        }),
        tenantJson({
          id: 't2',
          name: 'Plain',
          domains: ['plain.example'],
          admins: [adminJson({ id: 'p1', primaryEmail: 'pam@plain.example' })],
        }),
      ],
    },
  };
}

export type MailText = {
  readonly from: string;
  readonly to?: string;
  readonly subject?: string;
  /** With its angle brackets. */
  readonly messageId?: string;
  /** Whole fields without line ends. */
  readonly fields?: readonly string[];
  readonly body?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
};

/** A plain mail of this minute with a Message-ID of its own. */
export function mailOf(mail: MailText): Buffer {
  const fields = [
    `From: ${mail.from}`,
    `To: ${mail.to ?? support}`,
    `Subject: ${mail.subject ?? 'Backup fails'}`,
    `Date: ${new Date(mail.at ?? Date.now()).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${mail.messageId ?? newMessageId()}`,
    ...(mail.fields ?? []),
  ];
  return Buffer.from(`${fields.join('\r\n')}\r\n\r\n${mail.body ?? 'The backup fails since Monday.\r\n'}`);
}

export function newMessageId(): string {
  return `<${randomUUID()}@customer.example>`;
}
