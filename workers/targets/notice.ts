/**
 * Notices, questions and other mail of our own, through the relay: built, signed and encrypted when it goes, so that keys
 * count as they stand then. A mail that was handed to the relay before the worker died goes again under the same Message-ID.
 */
import type { PrivateKey } from 'openpgp';
import type { RegisteredKey } from '../../src/directory/tenant.ts';
import type { Attempt } from '../../src/handoff/attempt.ts';
import { encryptionKeysOf } from '../../src/notices/mail-keys.ts';
import { noticeMail } from '../../src/notices/notice-mail.ts';
import type { Outgoing } from '../../src/notices/outgoing.ts';
import type { Relay } from '../../src/relay/relay.ts';
import { causeOf, type Sender } from './sender.ts';

export type NoticeSenderOptions = {
  readonly relay: Relay;
  readonly keysOf: (address: string) => Promise<readonly RegisteredKey[]>;
  /** Null when the gateway has no key that may sign. */
  readonly signingKey: (now: number) => Promise<PrivateKey | null>;
  /** What is older is of no use to anybody. Milliseconds. */
  readonly maxAgeMs: number;
  /** Counts what became of attempts. */
  readonly observe: (outgoing: Outgoing, outcome: Attempt['kind']) => void;
};

export function noticeSender({ keysOf, maxAgeMs, observe, relay, signingKey }: NoticeSenderOptions): Sender<Outgoing> {
  const build = async (outgoing: Outgoing, at: number): Promise<Buffer> => {
    const registered = outgoing.encrypts ? await keysOf(outgoing.to.address) : [];
    const pgp = { signingKey: await signingKey(at), recipientKeys: await encryptionKeysOf(registered, at) };
    return noticeMail({ ...outgoing, to: outgoing.to.address, at }, pgp);
  };
  const attempt = async (outgoing: Outgoing, at: number, createdAt: number): Promise<Attempt> => {
    if (at - createdAt >= maxAgeMs) return { kind: 'hopeless', cause: 'it waited for too long to be of use' };
    try {
      const raw = await build(outgoing, at);
      return await relay.send({ from: outgoing.envelopeFrom, to: outgoing.to.address, raw });
    } catch (error) {
      return { kind: 'trouble', cause: causeOf(error) };
    }
  };
  return {
    async send(outgoing, { at, createdAt }) {
      const ended = await attempt(outgoing, at, createdAt);
      observe(outgoing, ended.kind);
      return ended;
    },
    close: async () => relay.close(),
  };
}
