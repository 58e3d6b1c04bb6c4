/** Settings of alerts: who is told, of what, and how often. */
import { z } from 'zod';
import { choosableAlertKinds } from '../alerts/kind.ts';
import { haveOwnNames, targetName, webhookFields } from './handoff-settings.ts';
import { section, setting } from './setting.ts';
import { address, count } from './values.ts';

const orOff = (least: number, most: number, byDefault: number) =>
  z.int().min(least).max(most).nullable().default(byDefault);

const common = {
  name: targetName,
  /** All of them when left out. */
  kinds: z.array(z.enum(choosableAlertKinds)).min(1).readonly().nullable().default(null),
  leastSeverity: z.enum(['warning', 'critical']).default('warning'),
};

const target = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('webhook'), ...webhookFields }),
  z.strictObject({ ...common, kind: z.literal('mail'), to: address }),
]);

export const alerts = section(
  {
    targets: setting(
      z.array(target).max(20).refine(haveOwnNames, 'must have a name of its own each').readonly().default([]),
      {
        text: 'Who is told. A target is a webhook (signed as Standard Webhooks says) or mail, which goes out through the relay; each gets every alert unless it names kinds or a leastSeverity. Paths are relative to the data directory.',
        defaultText: 'none: alerts stand in the console, and nobody is told',
        example: [
          { name: 'trust', kind: 'mail', to: 'trust-desk@example.com' },
          {
            name: 'pager',
            kind: 'webhook',
            url: 'https://pager.example.com/hooks/postern',
            secretFiles: ['secrets/pager'],
            leastSeverity: 'critical',
          },
        ],
        tradeoff: 'Alerts carry counts and ids, never what anybody wrote. Name at least two ways, in case one is away.',
      },
    ),
    from: setting(address.nullable().default(null), {
      text: 'Address in From of alerts by mail.',
      defaultText: 'postern@ the domain of the first mailbox',
      example: 'postern@example.com',
      tradeoff:
        'Its domain must allow the relay to send. Alerts that come back are seen, and parked, where it is that of a mailbox of ours.',
    }),
    remindMinutes: setting(orOff(5, 10_080, 240), {
      text: 'Staff are told again of what lasts; null never.',
      unit: 'minutes',
      tradeoff: 'Shorter is harder to forget and easier to ignore.',
    }),
    windowMinutes: setting(count(1, 1_440, 15), {
      text: 'After an event was told, those that follow are told together once in this time.',
      unit: 'minutes',
      tradeoff: 'Longer makes fewer messages of an attack; the second escalated mail is told later.',
    }),
    holdMinutes: setting(count(1, 1_440, 10), {
      text: 'How long a measure must be good before its alert is over; each return within a day doubles it, up to 16 times.',
      unit: 'minutes',
      tradeoff: 'Longer makes one message of what comes and goes; the end is told later.',
    }),
    queueAgeMinutes: setting(orOff(1, 1_440, 10), {
      text: 'Age of the oldest waiting job of a queue; four times that is critical. null is off.',
      unit: 'minutes',
      tradeoff: 'Shorter finds stuck workers sooner, and tells of every backlog after a flood.',
    }),
    noMailHours: setting(orOff(1, 720, 4), {
      text: 'Hours of business (businessHours) without any mail. null is off.',
      unit: 'hours',
      tradeoff: 'Shorter finds a broken MX sooner; a small company is quiet for longer.',
    }),
    failedPercent: setting(orOff(1, 100, 10), {
      text: 'Share of the jobs of a queue that died in the last 15 minutes, when at least five did. null is off.',
      unit: 'percent',
      tradeoff: 'Lower finds a bad release sooner.',
    }),
    escalationMinutes: setting(orOff(5, 10_080, 240), {
      text: 'How long an escalated mail may wait for a decision; four times that is critical. null is off.',
      unit: 'minutes',
      tradeoff: 'On the clock, not in business hours: a recovery does not wait for Monday.',
    }),
    deferredMails: setting(orOff(1, 1_000_000, 10), {
      text: 'Mails answered 451 for one cause in the last 15 minutes; ten times that is critical. null is off.',
      unit: 'mails',
      tradeoff: 'Lower finds DNS trouble sooner; single senders with broken DNS are ordinary.',
    }),
    diskFreePercent: setting(orOff(1, 90, 10), {
      text: 'Free share of the disk under the data directory; half of it is critical. null is off.',
      unit: 'percent',
      tradeoff: 'Higher leaves more time to act.',
    }),
    certificateDays: setting(orOff(1, 90, 21), {
      text: 'Days before the TLS certificate ends; a seventh of it is critical. null is off.',
      unit: 'days',
      tradeoff: 'Must be less than what your renewal leaves: certificates that renew at 30 days left, say.',
    }),
    keyDays: setting(orOff(1, 365, 30), {
      text: 'Days before the last PGP key that customers can encrypt to ends. null is off.',
      unit: 'days',
      tradeoff: 'Customers need time to take a new key.',
    }),
    adminKeyDays: setting(orOff(1, 365, 30), {
      text: 'Days before the last PGP key of an active admin of the directory ends. null is off.',
      unit: 'days',
      tradeoff:
        'Longer leaves time to reach the admin over a way on file; shorter is quieter where keys live for weeks.',
    }),
    spoolBacklogMinutes: setting(orOff(1, 1_440, 10), {
      text: 'Age of mail on the disk that has no trace yet. null is off.',
      unit: 'minutes',
      tradeoff: 'Shorter finds dead letters of mail sooner.',
    }),
    targetStalledMinutes: setting(orOff(1, 1_440, 15), {
      text: 'How long a target of hand-overs, notices, work orders or alerts may take nothing while something waits for it; four times that is critical. null is off.',
      unit: 'minutes',
      tradeoff: 'Shorter finds a help desk that is away sooner, and tells of each of its restarts.',
    }),
    parkHours: setting(count(1, 720, 96), {
      text: 'How long a message is tried before it is parked.',
      unit: 'hours',
      tradeoff: 'What came after about the same alert replaces what waits: few are ever this old.',
    }),
  },
  'Alerts to staff.',
);
