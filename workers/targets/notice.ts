/**
 * Notices, questions and other mail of our own, through the relay: built, signed and encrypted when it goes, so that keys
 * count as they stand then. Where they are missing although they are wanted, less is said. A mail that was handed to the relay before the worker died goes again under the same Message-ID.
 */
import type { Key, PrivateKey } from 'openpgp';
import type { RegisteredKey } from '../../src/directory/tenant.ts';
import type { Attempt } from '../../src/handoff/attempt.ts';
import { encryptionKeysOf } from '../../src/notices/mail-keys.ts';
import { noticeMail } from '../../src/notices/notice-mail.ts';
import type { Outgoing } from '../../src/notices/outgoing.ts';
import { bareLetter } from '../../src/notices/write-letter.ts';
import type { Relay } from '../../src/relay/relay.ts';
import { causeOf, type Sender } from './sender.ts';

export type NoticeSenderOptions = {
  readonly relay: Relay;
  readonly keysOf: (address: string) => Promise<readonly RegisteredKey[]>;
  /** Whether the contract of this registered address asks for PGP. */
  readonly requiresPgp: (address: string) => Promise<boolean>;
  /** Null when the gateway has no key that may sign. */
  readonly signingKey: (now: number) => Promise<PrivateKey | null>;
  /** What is older is of no use to anybody. Milliseconds. */
  readonly maxAgeMs: number;
  /** Counts what became of attempts. */
  readonly observe: (outgoing: Outgoing, outcome: Attempt['kind']) => void;
};

export function noticeSender(options: NoticeSenderOptions): Sender<Outgoing> {
  const { keysOf, maxAgeMs, observe, relay, requiresPgp, signingKey } = options;
  /** As it may go, given the keys; null when it may not. */
  const asItMayGo = async (outgoing: Outgoing, at: number): Promise<Sealed | null> => {
    const { address } = outgoing.to;
    const registered = outgoing.encrypts ? await keysOf(address) : [];
    const recipientKeys = await encryptionKeysOf(registered, at);
    if (!outgoing.encrypts || recipientKeys.length > 0) return { outgoing, recipientKeys };
    const isRequired = await requiresPgp(address);
    // Who registered a key, or whose contract asks for one, gets nothing of substance in clear because it cannot be used.
    if (outgoing.answers !== null)
      return { outgoing: isRequired || registered.length > 0 ? withoutContent(outgoing) : outgoing, recipientKeys };
    // A question quotes nothing, but its link shows a mail to whoever has it.
    return isRequired ? null : { outgoing, recipientKeys };
  };
  const build = async ({ outgoing, recipientKeys }: Sealed, at: number): Promise<Buffer> =>
    noticeMail({ ...outgoing, to: outgoing.to.address, at }, { signingKey: await signingKey(at), recipientKeys });
  const attempt = async (outgoing: Outgoing, at: number, createdAt: number): Promise<Attempt> => {
    if (at - createdAt >= maxAgeMs) return { kind: 'hopeless', cause: 'it waited for too long to be of use' };
    try {
      const sealed = await asItMayGo(outgoing, at);
      if (sealed === null) {
        return { kind: 'hopeless', cause: 'the contract asks for PGP, and no key of the recipient can be used' };
      }
      const raw = await build(sealed, at);
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

type Sealed = { readonly outgoing: Outgoing; readonly recipientKeys: readonly Key[] };

/** That the mail has come, and nothing else; the address that an answer joins the ticket by is left out too. */
function withoutContent(outgoing: Outgoing): Outgoing {
  return { ...outgoing, replyTo: null, letter: bareLetter(outgoing.letter, outgoing.messageId) };
}
