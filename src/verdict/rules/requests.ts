/** X-* and P-*: what is asked, before it matters to which department. */
import type { Classification, RequestKind } from '../../classify/classification.ts';
import { type Case, type Decision, isSupport, type Rule } from '../rule.ts';
import type { RuleId } from '../verdict.ts';

function classificationOf({ evidence: { content } }: Case): Classification | null {
  return content.result === 'parsed' ? content.classification : null;
}

/** Marks of the classifier that stand for no words of the mail. */
const marks: Readonly<Record<string, string>> = {
  empty: 'nothing is written in it',
  unread: 'some of the mail was not read: it is too long, hidden, a picture, sealed or nested too deep',
  'said-elsewhere': 'what is asked stands in an attachment or in what is quoted, which is not read',
  forwarded: 'it stands in a mail that was passed on: the sender may only be asking about it',
  disguised: 'a word in it is disguised: digits in place of letters, or spelled backwards',
  unsure: 'no rule is sure of it',
  language: 'there are no rules for its language',
  model: 'no rule names it: the words as a whole read like it',
};

/** A rule by its name, and a mark of the classifier in words. */
export function named(rule: string): string {
  return marks[rule] ?? suspected(rule);
}

/** The words that made the label, each rule once; no words of decrypted text. */
export function reasons({ request }: Classification): string[] {
  const lines = request.because.map(({ rule, words }) =>
    words.length === 0 ? named(rule) : `${rule}: ${words.join(', ')}`,
  );
  return [...new Set(lines)];
}

function suspected(rule: string): string {
  const [mark, kind] = rule.split(':');
  if (kind === undefined) return rule;
  if (mark === 'model') return `no rule names it: the words as a whole may mean ${kind}`;
  return mark === 'attached' ? `an attached text, page, calendar or mail asks for ${kind}` : rule;
}

function recovery(id: RuleId, kind: RequestKind, title: string): Rule {
  return {
    id,
    title: `${title}: escalated \`recovery\``,
    judge: (item) => {
      const found = classificationOf(item);
      if (found === null || found.request.kind !== kind || found.request.doubt) return null;
      // The claimant may be anyone, and nothing about a case goes to the tenant's admins: no tip-off.
      return { outcome: 'escalated', reason: 'recovery', detail: reasons(found), silent: true };
    },
  };
}

export const recoveries: readonly Rule[] = [
  recovery('X-DISGRUNTLED', 'recovery-disgruntled-admin', 'asks to remove a disgruntled admin'),
  recovery('X-CLOSURE', 'recovery-closure', 'speaks of bankruptcy or closure'),
  recovery('X-MISTAKE', 'recovery-mistake', 'asks to undo a mistake or malfeasance'),
  recovery('X-CESSATION', 'recovery-cessation', 'asks to cease support for a tenant'),
  recovery('X-PREVENT', 'recovery-preventative', 'asks for preventative access after a breach elsewhere'),
];

export const doubtful: Rule = {
  id: 'P-DOUBT',
  title:
    'a recovery, deletion or information request may be meant but is not sure, or some of the mail was not read: escalated `doubtful`',
  judge: (item) => {
    const found = classificationOf(item);
    if (found === null || !found.request.doubt) return null;
    return {
      outcome: 'escalated',
      reason: 'doubtful',
      detail: [`${found.request.kind} (${found.request.score.toFixed(2)}), but not for sure`, ...reasons(found)],
      silent: true,
    };
  },
};

export const cessation: Rule = {
  id: 'X-CESSATION',
  title: 'support for the tenant is ceased: ordinary support mail is rejected `support-ceased`, silently, and kept',
  judge: (item) =>
    item.evidence.supportCeased && isSupport(item)
      ? { outcome: 'rejected', reason: 'support-ceased', detail: ['cessation of support is in force'], silent: true }
      : null,
};

function authorization(id: RuleId, kind: RequestKind, title: string, checks: readonly string[]): Rule {
  return {
    id,
    title: `${title}: escalated \`needs-authorization\``,
    judge: (item): Decision | null => {
      const found = classificationOf(item);
      if (found === null || found.request.kind !== kind) return null;
      return {
        outcome: 'escalated',
        reason: 'needs-authorization',
        detail: [...reasons(found), ...checks],
        silent: item.evidence.assurance !== 'proven', // an unproven request of this kind sends nothing to anyone
      };
    },
  };
}

export const authorizations: readonly Rule[] = [
  authorization('P-DELETE', 'delete-account', 'asks to delete the account', [
    'check: owner, or a second admin, confirms over the address on file or the portal',
    'check: the tenant is named by its ObjectID',
    'check: no recovery case is open',
  ]),
  authorization('P-INFO', 'account-information', 'asks for account information', [
    'check: written consent of the owner or an admin from the registered address',
  ]),
  authorization('P-TENANT', 'become-admin', 'asks to be made an admin', [
    'check: staff add no admins; another admin, the owner or the portal does',
  ]),
];
