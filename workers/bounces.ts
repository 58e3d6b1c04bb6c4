/**
 * Bounces of our own mail. A report is judged like any automatic mail (R-AUTO: recorded, answered by nothing); when it
 * came to a bounce address of ours whose token holds, and tells a final failure, the notice is marked besides.
 */

import type { Envelope } from '../src/message/envelope.ts';
import type { RawMail } from '../src/message/raw-mail.ts';
import { failureIn } from '../src/notices/bounce.ts';
import { type BounceKeys, readBounceAddress } from '../src/notices/bounce-address.ts';
import type { Handler } from './handler.ts';
import { ofSpool, readPayload } from './judged.ts';

export type BounceDeps = {
  readonly spool: {
    read(spoolKey: string): Promise<RawMail>;
    sidecar(spoolKey: string): Promise<{ readonly envelope: Pick<Envelope, 'recipients'> }>;
  };
  readonly domains: readonly string[];
  readonly keys: BounceKeys;
  /** The same bounce again changes nothing. */
  readonly bounced: (notice: string, status: string) => Promise<void>;
};

export function noticingBounces(handler: Handler<'rejected'>, deps: BounceDeps): Handler<'rejected'> {
  return {
    name: handler.name,
    handle: async (payload, given) => {
      const result = await handler.handle(payload, given);
      const { spoolKey, verdict } = readPayload(payload, 'rejected');
      if (verdict.reason === 'automatic' && spoolKey !== null) await ofSpool(() => markBounced(spoolKey, deps));
      return result;
    },
  };
}

async function markBounced(spoolKey: string, { bounced, domains, keys, spool }: BounceDeps): Promise<void> {
  const { envelope } = await spool.sidecar(spoolKey);
  const notices = envelope.recipients.flatMap((recipient) =>
    domains.flatMap((domain) => readBounceAddress(recipient, domain, keys) ?? []),
  );
  if (notices.length === 0) return;
  const status = failureIn(await beginningOf(await spool.read(spoolKey)));
  if (status === null) return;
  for (const notice of notices) await bounced(notice, status);
}

/** Reports tell what happened before they return what was sent. */
const mostOctets = 64 * 1_024;

async function beginningOf(raw: RawMail): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of raw.open()) {
    const octets = Buffer.from(chunk);
    chunks.push(octets);
    length += octets.length;
    if (length >= mostOctets) break;
  }
  return Buffer.concat(chunks).toString('latin1', 0, mostOctets);
}
