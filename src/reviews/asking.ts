/**
 * The walk of a verification: ask -> show -> answer. Used by the worker of escalated mail and by the console's pages.
 * Whatever is wrong with a link, the world learns the same nothing from it.
 */
import type { RequestKind } from '../classify/classification.ts';
import type { AdminFacts } from '../directory/tenant.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import {
  type Answer,
  type Asked,
  type AskedAs,
  type AskingLimits,
  askWhom,
  isStillOnFile,
  takesAnswer,
  type VerificationState,
} from './verification.ts';
import {
  newVerificationId,
  readVerificationToken,
  tokenHolds,
  type VerificationKeys,
  verificationToken,
} from './verification-token.ts';

/** A question as the records keep it. */
export type Verification = {
  readonly id: string;
  readonly messageId: string;
  readonly asked: Asked;
  readonly sha256: string;
  readonly state: VerificationState;
  readonly createdAt: number;
  readonly expiresAt: number;
};

export type VerificationMail = {
  /** Also the id of the outgoing mail: the same question is sent once. */
  readonly id: string;
  readonly messageId: string;
  /** A registered primary address and nothing else. */
  readonly to: string;
  /** `summary`: more mails than are asked about one by one came in this name; it has no link. */
  readonly kind: 'verify-sender' | 'authorize' | 'summary';
  readonly link: string | null;
  readonly expiresAt: number;
  readonly language: string;
};

export type HowAsked = 'ask' | 'summary' | 'hold' | 'unasked';

export type OpenedVerification = { readonly how: HowAsked; readonly verification: Verification };

export type AskingPorts = {
  adminsOf(tenantId: string): Promise<readonly AdminFacts[]>;
  /**
   * Keeps the question and resolves with how to put it; the same message again resolves with the question that there is.
   * Without a place to answer at it is kept as *unasked*, and is a new one as soon as there is a place.
   */
  open(question: Omit<Verification, 'state'>, limits: AskingLimits, canAnswer: boolean): Promise<OpenedVerification>;
  /** Puts a mail into the outbox; the same id again changes nothing. */
  send(mail: VerificationMail): Promise<void>;
};

export type AskingSettings = {
  readonly keys: VerificationKeys;
  /** `https://gate.example.com`, without a slash at the end; null while there is no place to answer at. */
  readonly publicUrl: string | null;
  readonly limits: AskingLimits;
  readonly isOurs: (address: string) => boolean;
};

export type MailInQuestion = { readonly mail: JudgedMail; readonly evidence: Evidence; readonly sha256: string };

/** Asks whom there is to ask. Resolves with what was done; the same mail again does nothing more. */
export async function askAddressOnFile(
  ports: AskingPorts,
  { evidence, mail, sha256 }: MailInQuestion,
  settings: AskingSettings,
  now: number,
): Promise<'nobody' | HowAsked> {
  const { standing } = evidence.sender;
  if (standing.kind === 'unregistered') return 'nobody';
  const admins = await ports.adminsOf(standing.tenant.id);
  const asked = askWhom({ verdict: mail.verdict, evidence, admins, isOurs: settings.isOurs });
  if (asked === null) return 'nobody';
  const { how, verification } = await ports.open(
    {
      id: newVerificationId(),
      messageId: mail.messageId,
      asked,
      sha256,
      createdAt: now,
      expiresAt: now + settings.limits.lifeMs,
    },
    settings.limits,
    settings.publicUrl !== null,
  );
  if (settings.publicUrl !== null && (how === 'ask' || how === 'summary')) {
    const link = { keys: settings.keys, publicUrl: settings.publicUrl };
    await ports.send(mailOf(verification, how, mail.classification?.language ?? 'en', link));
  }
  return how;
}

function mailOf(
  { asked, expiresAt, id, messageId, sha256 }: Verification,
  how: 'ask' | 'summary',
  language: string,
  { keys, publicUrl }: { readonly keys: VerificationKeys; readonly publicUrl: string },
): VerificationMail {
  const about = { id, messageId, to: asked.address, expiresAt, language };
  if (how === 'summary') return { ...about, kind: 'summary', link: null };
  const token = verificationToken({ id, expiresAt, sha256, askedAddress: asked.address }, keys);
  return {
    ...about,
    kind: asked.as === 'sender' ? 'verify-sender' : 'authorize',
    link: `${publicUrl}/verify/${token}`,
  };
}

/** What the asked person is shown: the whole original and what it asks. */
export type OriginalMail = {
  readonly from: string;
  readonly subject: string;
  readonly receivedAt: number;
  readonly mailbox: string;
  readonly text: string;
  /** The text is longer than what is shown. */
  readonly isCut: boolean;
  readonly attachments: readonly string[];
  /** What it was taken to ask; null when it was not read. */
  readonly asks: RequestKind | null;
  /** Of the mail, in which its question was put. */
  readonly language: string;
};

export type Shown = { readonly as: AskedAs; readonly original: OriginalMail };

export type AnsweringPorts = {
  find(id: string): Promise<Verification | null>;
  /** As they are now. */
  adminsOf(tenantId: string): Promise<readonly AdminFacts[]>;
  /** Rejects when the mail is kept no longer. */
  original(messageId: string): Promise<OriginalMail>;
  /** The mail judged again with the confirmation; rejects when it cannot be. */
  judgeConfirmed(verification: Verification, cause: string): Promise<JudgedMail>;
  /**
   * Writes the answer with its follow-up and audit row; one without a follow-up alerts staff. Resolves with the payload to enqueue, with null where there is
   * none, or with `late` when the question was answered or ended meanwhile.
   */
  answer(
    verification: Verification,
    answer: Answer,
    followUp: JudgedMail | null,
    now: number,
  ): Promise<JudgedMail | null | 'late'>;
  enqueue(mail: JudgedMail): Promise<void>;
  /** Tells staff that a confirmation could not be carried out. Of all other answers `answer` tells them. */
  alert(verification: Verification): Promise<void>;
};

/** For GET: changes nothing. Null for every link that cannot be answered, whatever the reason. */
export async function showQuestion(
  ports: AnsweringPorts,
  token: string,
  keys: VerificationKeys,
  now: number,
): Promise<Shown | null> {
  const verification = await findAnswerable(ports, token, keys, now);
  if (verification === null) return null;
  const original = await ports.original(verification.messageId).catch(() => null);
  return original === null ? null : { as: verification.asked.as, original };
}

/**
 * For POST. *confirmed* by the sender judges the mail again and lets it go on; *authorization* is evidence, and staff
 * decide; *denied* is an impersonation. Resolves with whether the answer was taken.
 */
export async function answerQuestion(
  ports: AnsweringPorts,
  token: string,
  answer: Answer,
  keys: VerificationKeys,
  now: number,
): Promise<boolean> {
  const verification = await findAnswerable(ports, token, keys, now);
  if (verification === null) return false;
  const { asked } = verification;
  const isProof = answer === 'confirmed' && asked.as === 'sender';
  // By id: the address is erased with its owner, and this may stand with somebody else's mail.
  const cause = `the address on file of admin ${asked.adminId} confirmed this mail on ${new Date(now).toISOString()}`;
  const judged = isProof ? await ports.judgeConfirmed(verification, cause).catch(() => null) : null;
  if (isProof && judged === null) {
    // The raw mail or its mailbox is gone: the question stays open, and staff see to it.
    await ports.alert(verification);
    return false;
  }
  const followUp = await ports.answer(verification, answer, judged, now);
  if (followUp === 'late') return false;
  // The follow-up waits in the records; a queue that is away only makes it later.
  if (followUp !== null) await ports.enqueue(followUp).catch(() => undefined);
  return true;
}

async function findAnswerable(
  ports: Pick<AnsweringPorts, 'find' | 'adminsOf'>,
  token: string,
  keys: VerificationKeys,
  now: number,
): Promise<Verification | null> {
  const read = readVerificationToken(token);
  if (read === null) return null;
  const found = await ports.find(read.id);
  if (found === null) return null;
  const { asked, expiresAt, id, sha256 } = found;
  const holds = tokenHolds(read, { id, expiresAt, sha256, askedAddress: asked.address }, keys);
  if (!holds || !takesAnswer(found, now)) return null;
  return isStillOnFile(asked, await ports.adminsOf(asked.tenantId)) ? found : null;
}
