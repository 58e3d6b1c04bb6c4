/** Asking the address on file, on the configured stores: by the workers, and answered over the console's pages. */
import { redactTogether } from '../classify/secrets.ts';
import type { Config } from '../config/config.ts';
import { verifyUrlOf } from '../config/verify-url.ts';
import type { VerificationPorts } from '../console/verification-pages.ts';
import { ownNamesOf, policyOf } from '../intake/configured.ts';
import type { QueuePort, SpoolPort } from '../intake/ports.ts';
import type { ReaderPool } from '../intake/reader-pool.ts';
import { createRejudge } from '../intake/rejudge.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { type BounceKeys, bounceAddress } from '../notices/bounce-address.ts';
import type { Outgoing } from '../notices/outgoing.ts';
import type { Logger } from '../observe/logger.ts';
import { alertRaising } from '../records/alert-events.ts';
import { noticeRecords } from '../records/notices.ts';
import type { Records } from '../records/open-records.ts';
import { reviewRecords } from '../records/reviews.ts';
import { traceRecords } from '../records/trace.ts';
import { verificationRecords } from '../records/verifications.ts';
import {
  type AnsweringPorts,
  type AskingPorts,
  answerQuestion,
  askAddressOnFile,
  type HowAsked,
  type OriginalMail,
  showQuestion,
  type VerificationMail,
} from '../reviews/asking.ts';
import { defaultAskingLimits } from '../reviews/verification.ts';
import { verificationLetter } from '../reviews/verification-letter.ts';
import type { VerificationKeys } from '../reviews/verification-token.ts';
import { gatewayKeys } from './gateway-secret.ts';

export type AskingStores = {
  readonly config: Config;
  readonly records: Records;
  readonly spool: Pick<SpoolPort, 'read' | 'sidecar'>;
  readonly logger: Logger;
};

export type Asking = {
  /** Asks about an escalated mail whoever may be asked; while there is no place to answer at, it waits visibly. */
  ask(mail: JudgedMail): Promise<'nobody' | HowAsked>;
  /** Asks what could not be asked before, as long as staff have not decided. Resolves with how many were looked at. */
  catchUp(): Promise<number>;
};

const atOnce = 100;

export function startAsking({ config, logger, records, spool }: AskingStores): Asking {
  const { url: publicUrl } = verifyUrlOf(config);
  if (publicUrl === null) {
    logger.warn('there is no console.verifyUrl: addresses on file are not asked, and mail in doubt waits for staff');
  }
  const reviews = reviewRecords(records);
  const verifications = verificationRecords(records);
  const own = ownNamesOf(config);
  const settings = {
    keys: verificationKeys(config),
    publicUrl,
    limits: defaultAskingLimits,
    isOurs: (address: string) => own.isOurs(address),
  };
  const send = sender(config, records);
  const ask: Asking['ask'] = async (mail) => {
    if (mail.spoolKey === null) return 'nobody';
    const { evidence, sha256 } = await spool.sidecar(mail.spoolKey);
    const ports: AskingPorts = {
      adminsOf: (tenantId) => reviews.adminsOf(tenantId),
      open: (question, limits, canAnswer) => verifications.open(question, limits, canAnswer),
      send: (question) => send(question, mail.envelope.recipient),
    };
    const how = await askAddressOnFile(ports, { mail, evidence, sha256 }, settings, Date.now());
    if (how !== 'nobody') logger.info({ messageId: mail.messageId, how }, 'the address on file');
    return how;
  };
  const trace = traceRecords(records);
  return {
    ask,
    async catchUp() {
      if (publicUrl === null) return 0;
      const waiting = await verifications.unasked(atOnce);
      for (const messageId of waiting) {
        const record = await trace.get(messageId);
        if (record === null) continue;
        try {
          await ask(record.judged);
        } catch (error) {
          logger.warn({ messageId, error }, 'the address on file could not be asked; it is tried again');
        }
      }
      return waiting.length;
    },
  };
}

/** Puts a question into the outbox; its own limits were counted when it was kept. */
function sender(config: Config, records: Records): (mail: VerificationMail, mailbox: string) => Promise<void> {
  const outbox = noticeRecords(records);
  const { signature } = config.notices;
  const bounceKeys: BounceKeys = gatewayKeys(config, 'bounce address');
  return async ({ expiresAt, id, kind, language, link, messageId, to }, mailbox) => {
    const outgoing: Outgoing = {
      id,
      messageId,
      kind,
      to: { address: to, because: 'registered-primary' },
      from: { name: signature, address: mailbox },
      replyTo: null,
      answers: null,
      letter: verificationLetter({ kind, mailbox, link, expiresAt, language, signature }),
      envelopeFrom: bounceAddress(id, mailbox.slice(mailbox.lastIndexOf('@') + 1), bounceKeys),
      encrypts: true,
    };
    await outbox.open([{ outgoing, limits: [] }], Date.now());
  };
}

function verificationKeys(config: Config): VerificationKeys {
  return gatewayKeys(config, 'verification');
}

export type AnsweringStores = AskingStores & {
  readonly queue: QueuePort;
  readonly reader: Pick<ReaderPool, 'read'>;
};

/** What the pages behind the links need. */
export function answering({ config, logger, queue, reader, records, spool }: AnsweringStores): VerificationPorts {
  const keys = verificationKeys(config);
  const verifications = verificationRecords(records);
  const raise = alertRaising(records);
  const rejudge = createRejudge({ spool, gather: null, policy: () => policyOf(config), mailboxes: config.mailboxes });
  const ports: AnsweringPorts = {
    find: (id) => verifications.find(id),
    adminsOf: (tenantId) => reviewRecords(records).adminsOf(tenantId),
    original: (messageId) => originalOf({ config, logger, reader, records, spool, queue }, messageId),
    judgeConfirmed: async ({ messageId, sha256 }, cause) => {
      const judged = await rejudge({ messageId, evidence: 'stored', confirmation: { sha256, cause } });
      if (judged.kind === 'deferred') throw new Error(judged.cause);
      return judged.mail;
    },
    answer: (verification, answer, followUp, now) => verifications.answer(verification, answer, followUp, now),
    enqueue: (mail) => queue.enqueue(mail),
    alert: async ({ id, messageId }) => {
      logger.warn({ messageId }, 'an address on file confirmed a mail that cannot be judged: a person decides');
      const event = { kind: 'verification-answered', key: `${id} failed`, subject: '', label: 'failed' } as const;
      await raise([{ ...event, reference: messageId, at: Date.now() }]);
    },
  };
  return {
    show: (token) => showQuestion(ports, token, keys, Date.now()),
    answer: (token, answer) => answerQuestion(ports, token, answer, keys, Date.now()),
    failed: (error) => logger.error({ error }, 'the page of a question could not be shown'),
  };
}

/** The whole original as text, secrets taken out (P-SECRETS). Decrypted text never leaves staff's pages. */
async function originalOf({ reader, records, spool }: AnsweringStores, messageId: string): Promise<OriginalMail> {
  const record = await traceRecords(records).get(messageId);
  const { recipient, received_at, spool_key } = record?.row ?? {};
  if (spool_key === undefined || spool_key === null) throw new Error('the mail is kept no longer');
  const { author, content } = await reader.read(await spool.read(spool_key));
  const parsed = content.kind === 'parsed' ? content.content : null;
  const whole = parsed?.text ?? '';
  const names = (parsed?.parts ?? []).flatMap(({ fileName }) => (fileName === null ? [] : [fileName]));
  const classification = record?.judged.classification ?? null;
  // Read a little further than it is shown, so that no secret is cut in two and missed.
  const [subject = '', text = '', ...attachments] = redactTogether([
    parsed?.subject ?? '',
    whole.slice(0, mostText + slack),
    ...names,
  ]);
  return {
    from: author?.address ?? '',
    subject,
    receivedAt: received_at ?? 0,
    mailbox: recipient ?? '',
    text: text.slice(0, mostText),
    isCut: whole.length > mostText || (parsed?.truncated.length ?? 0) > 0,
    attachments,
    asks: classification?.request.kind ?? null,
    language: classification?.language ?? 'en',
  };
}

const mostText = 64 * 1024;
const slack = 2 * 1024;
