/**
 * The desk that takes what the portal hands in (W-PORTAL):
 *
 *   who is meant -> is it new -> the mail -> intake, as for SMTP (spool, judge, commit, enqueue) -> its ids
 *
 * The portal proves who is logged in; which rules follow from that is judged as for any other mail, and nobody is told the
 * verdict. The same idempotency key is the same mail: its id is written down before anything else, and whoever comes again,
 * after a crash or a Redis that was away, finishes what was begun under that id.
 */
import { canonicalAddress } from '../address/mailbox.ts';
import type { Admin, Tenant } from '../directory/tenant.ts';
import type { Intake } from '../intake/intake.ts';
import { messageIdOf, newMailId } from '../intake/mail-id.ts';
import type { MemoryPort, QueuePort, SpoolPort } from '../intake/ports.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Logger } from '../observe/logger.ts';
import type { Mailbox } from '../verdict/verdict.ts';
import { portalMail } from './portal-mail.ts';
import { type PortalRequest, requestDigest } from './request.ts';

/** Whether a key is new, and which mail it belongs to. The records fit. */
export type Begun =
  /** Ours to finish. `isFirst`: nobody began it before. */
  | { readonly kind: 'begun'; readonly mailId: string; readonly isFirst: boolean }
  | { readonly kind: 'taken'; readonly mailId: string }
  /** Somebody is at work on it at this moment. */
  | { readonly kind: 'busy' }
  /** The key was used for another request. */
  | { readonly kind: 'other' };

export type PortalRequestStore = {
  begin(
    request: { readonly key: string; readonly digest: string; readonly mailId: string },
    now: number,
  ): Promise<Begun>;
  /** The mail is safe: who comes again is told its id. */
  taken(key: string): Promise<void>;
  /** It is not: whoever comes again may try at once. */
  release(key: string): Promise<void>;
};

export type DeskPorts = {
  /** By its id or object id; undefined where there is none, or two could be meant. */
  readonly tenant: (name: string) => Promise<Tenant | undefined>;
  readonly requests: PortalRequestStore;
  readonly intake: Pick<Intake, 'begin'>;
  readonly spool: Pick<SpoolPort, 'sidecar'>;
  readonly queue: QueuePort;
  readonly memory: Pick<MemoryPort, 'rememberReplays'>;
  readonly mailboxes: readonly Mailbox[];
  readonly maxMessageBytes: number;
  readonly logger: Logger;
  readonly now: () => number;
};

/** Who shows the token. */
export type PortalCaller = { readonly tokenId: string; readonly ip: string };

export type HandedIn =
  | { readonly kind: 'taken'; readonly messageIds: readonly string[] }
  | { readonly kind: 'busy' | 'other' | 'unavailable' | 'too-large' }
  | { readonly kind: 'unknown'; readonly field: 'tenant' | 'adminId' | 'mailbox' };

export type PortalDesk = { handIn(request: PortalRequest, caller: PortalCaller): Promise<HandedIn> };

export function portalDesk(ports: DeskPorts): PortalDesk {
  return {
    async handIn(request, caller) {
      const named = await namedIn(ports, request);
      if ('kind' in named) return named;
      const now = ports.now();
      const key = request.idempotencyKey;
      const wanted = { key, digest: requestDigest(request), mailId: newMailId(now, 1) };
      const begun = await ports.requests.begin(wanted, now);
      if (begun.kind === 'taken') return taken(begun.mailId);
      if (begun.kind !== 'begun') return begun;
      const kind = await finish(ports, {
        ...named,
        mailId: begun.mailId,
        isFirst: begun.isFirst,
        caller,
        request,
      }).catch((error: unknown) => {
        ports.logger.error({ err: error, mailId: begun.mailId }, 'a request of the portal could not be taken');
        return 'unavailable' as const;
      });
      if (kind === 'taken') {
        await ports.requests.taken(key);
        return taken(begun.mailId);
      }
      await ports.requests.release(key).catch(() => undefined); // its lease ends by itself
      return { kind };
    },
  };
}

function taken(mailId: string): HandedIn {
  return { kind: 'taken', messageIds: [messageIdOf(mailId, 0)] };
}

type Named = { readonly tenant: Tenant; readonly admin: Admin; readonly mailbox: Mailbox };

/** An inactive admin is one all the same: that they ask is judged (W-INACTIVE) and kept. */
async function namedIn(
  { mailboxes, tenant: tenantNamed }: DeskPorts,
  { adminId, mailbox: address, tenant: wanted }: PortalRequest,
): Promise<Named | Extract<HandedIn, { kind: 'unknown' }>> {
  const mailbox = mailboxes.find((known) => known.address === canonicalAddress(address));
  if (mailbox === undefined) return { kind: 'unknown', field: 'mailbox' };
  const tenant = await tenantNamed(wanted);
  if (tenant === undefined) return { kind: 'unknown', field: 'tenant' };
  const admin = tenant.admins.find(({ id }) => id === adminId);
  return admin === undefined ? { kind: 'unknown', field: 'adminId' } : { tenant, admin, mailbox };
}

type Finishing = Named & {
  readonly mailId: string;
  readonly isFirst: boolean;
  readonly caller: PortalCaller;
  readonly request: PortalRequest;
};

async function finish(ports: DeskPorts, of: Finishing): Promise<'taken' | 'unavailable' | 'too-large'> {
  if (!of.isFirst && (await bringOn(ports, of.mailId))) return 'taken';
  const { admin, caller, mailbox, mailId, request, tenant } = of;
  const raw = await portalMail({
    mailId,
    from: { name: admin.name, address: admin.primaryEmail },
    to: mailbox.address,
    subject: request.subject,
    text: request.text,
    attachments: request.attachments,
    at: ports.now(),
  });
  if (raw.length > ports.maxMessageBytes) return 'too-large';
  const envelope: Envelope = {
    client: { ip: caller.ip, port: 0 },
    helo: 'admin portal',
    mailFrom: admin.primaryEmail,
    recipients: [mailbox.address],
    tls: null,
    smtpUtf8: true,
    portal: { tenantId: tenant.id, adminId: admin.id, tokenId: caller.tokenId },
  };
  const receiving = await ports.intake.begin(envelope, [mailbox], mailId);
  await receiving.write(raw);
  const { code } = await receiving.finish();
  return code === 250 ? 'taken' : 'unavailable';
}

/** What was committed before is enqueued again, under the same job ids. False where nothing was committed. */
async function bringOn({ memory, queue, spool }: DeskPorts, mailId: string): Promise<boolean> {
  const sidecar = await spool.sidecar(mailId).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'SpoolMissing') return null;
    throw error;
  });
  if (sidecar === null) return false;
  await memory.rememberReplays(sidecar.replayKeys, { contentDigest: sidecar.contentDigest, mailId });
  for (const { job } of sidecar.judgements) await queue.enqueue(job);
  return true;
}
