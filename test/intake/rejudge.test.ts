import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/evidence/finding.ts';
import type { Gatherer } from '../../src/intake/gather.ts';
import { type Confirmation, createRejudge, RejudgeRefused, sweepFollowUps } from '../../src/intake/rejudge.ts';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import type { JudgedMail } from '../../src/jobs/judged-mail.ts';
import { memoryMail } from '../../src/message/raw-mail.ts';
import type { Policy } from '../../src/verdict/policy.ts';
import { defaultPolicy } from '../helpers/default-policy.ts';
import { admin, asking, evidenceWith, primary, receivedAt, tenant, unproven } from '../helpers/evidence.ts';
import { judgedMail, sidecar } from '../records/mails.ts';

const support = { address: 'support@postern.test', department: 'support' } as const;
const secondary = {
  sender: { standing: { kind: 'secondary', tenant: tenant(), admin: admin() }, lookalike: null },
} as const;
const group = { sender: { standing: primary(tenant(), admin({ mailbox: 'group' })), lookalike: null } };

type Setup = {
  readonly evidence?: readonly Partial<Evidence>[];
  readonly policy?: Partial<Policy>;
  readonly gather?: Gatherer | null;
  readonly mailboxes?: readonly (typeof support)[];
};

function rejudging({ evidence = [unproven], policy = {}, gather = null, mailboxes = [support] }: Setup = {}) {
  const kept: Sidecar = {
    ...sidecar({ messageId: 'abc-0', outcome: 'escalated' }),
    receivedAt,
    evidence: evidenceWith(...evidence),
  };
  const rejudge = createRejudge({
    spool: { read: async () => memoryMail(Buffer.from('From: x\r\n\r\n')), sidecar: async () => kept },
    gather,
    policy: () => ({ ...defaultPolicy, ...policy }),
    mailboxes,
  });
  const confirmation: Confirmation = { sha256: kept.sha256, cause: 'ada@example.com confirmed' };
  return { rejudge, confirmation, kept };
}

describe('judging again', () => {
  it('by stored evidence gives the same verdict under the same rules', async () => {
    const { rejudge } = rejudging();
    expect(await rejudge({ messageId: 'abc-0', evidence: 'stored' })).toMatchObject({
      kind: 'judged',
      mail: { messageId: 'abc-0', spoolKey: 'abc', verdict: { outcome: 'escalated', reason: 'unproven-sender' } },
    });
  });

  it('by stored evidence follows a changed policy', async () => {
    const { rejudge } = rejudging({ evidence: [secondary], policy: { acceptSecondary: true } });
    expect(await rejudge({ messageId: 'abc-0', evidence: 'stored' })).toMatchObject({
      mail: { verdict: { outcome: 'accepted', rule: 'W-SECONDARY' } },
    });
  });

  it('by fresh evidence judges as at the time of arrival', async () => {
    const seen: number[] = [];
    const gather: Gatherer = async ({ now }) => {
      seen.push(now);
      return { evidence: evidenceWith(), contentDigest: '', rfcMessageId: null, subject: '', replayKeys: [] };
    };
    const { rejudge } = rejudging({ gather });
    expect(await rejudge({ messageId: 'abc-0', evidence: 'fresh' })).toMatchObject({
      mail: { sender: { proof: ['domain'] }, verdict: { outcome: 'accepted', reason: 'admin' } },
    });
    expect(seen).toEqual([receivedAt]);
  });

  it('waits where an answer of DNS is missing', async () => {
    const gather: Gatherer = async () => ({
      evidence: evidenceWith({ missingAnswer: 'DKIM key' }),
      contentDigest: '',
      rfcMessageId: null,
      subject: '',
      replayKeys: [],
    });
    const { rejudge } = rejudging({ gather });
    expect(await rejudge({ messageId: 'abc-0', evidence: 'fresh' })).toEqual({ kind: 'deferred', cause: 'DKIM key' });
  });
});

describe('a confirmation', () => {
  it.each([
    ['an unproven primary address', [unproven]],
    ['a secondary address', [unproven, secondary]],
    ['a proven secondary address', [secondary]],
    ['a shared mailbox', [unproven, group]],
  ] as const)('lets %s go on', async (_name, evidence) => {
    const { confirmation, rejudge } = rejudging({ evidence: [...evidence] });
    expect(await rejudge({ messageId: 'abc-0', evidence: 'stored', confirmation })).toMatchObject({
      mail: {
        sender: { proof: expect.arrayContaining(['confirmation']) },
        verdict: { outcome: 'accepted', reason: 'confirmed', assurance: 'proven' },
      },
    });
  });

  it.each([
    ['a deletion', asking('delete-account'), 'needs-authorization'],
    ['a recovery', asking('recovery-mistake'), 'recovery'],
    ['a doubt', asking('account-information', true), 'doubtful'],
  ] as const)('does not lift %s', async (_name, asked, reason) => {
    const { confirmation, rejudge } = rejudging({ evidence: [unproven, asked] });
    expect(await rejudge({ messageId: 'abc-0', evidence: 'stored', confirmation })).toMatchObject({
      mail: { verdict: { outcome: 'escalated', reason } },
    });
  });

  it('does not make a forged mail proven', async () => {
    const { confirmation, rejudge } = rejudging({ evidence: [{ proofs: [], assurance: 'forged' }] });
    expect(await rejudge({ messageId: 'abc-0', evidence: 'stored', confirmation })).toMatchObject({
      mail: { verdict: { assurance: 'forged' } },
    });
  });

  it('holds for exactly that mail', async () => {
    const { rejudge } = rejudging();
    const confirmation = { sha256: 'another', cause: 'ada' };
    await expect(rejudge({ messageId: 'abc-0', evidence: 'stored', confirmation })).rejects.toThrow(RejudgeRefused);
  });
});

describe('what cannot be judged again', () => {
  it.each([
    ['no message id', '../abc', {}],
    ['a mailbox too many', 'abc-7', {}],
    ['a mailbox that is gone', 'abc-0', { mailboxes: [] }],
  ])('%s', async (_name, messageId, setup) => {
    await expect(rejudging(setup).rejudge({ messageId, evidence: 'stored' })).rejects.toThrow(RejudgeRefused);
  });

  it('anything freshly, where nothing can be gathered', async () => {
    await expect(rejudging().rejudge({ messageId: 'abc-0', evidence: 'fresh' })).rejects.toThrow(RejudgeRefused);
  });
});

describe('the sweep of follow-ups', () => {
  it('enqueues what no worker took up', async () => {
    const waiting: JudgedMail[] = [judgedMail({ messageId: 'a-0' }), judgedMail({ messageId: 'b-0' })];
    const enqueued: string[] = [];
    const followUps = { pending: async (before: number) => (before === 9 ? waiting : []) };
    const queue = {
      enqueue: async ({ messageId }: JudgedMail) => {
        enqueued.push(messageId);
      },
    };
    expect(await sweepFollowUps(followUps, queue, 9)).toBe(2);
    expect(enqueued).toEqual(['a-0', 'b-0']);
  });
});
