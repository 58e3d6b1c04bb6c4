/** Settings of what the company allows. */
import { z } from 'zod';
import { section, setting } from './setting.ts';
import { count } from './values.ts';

export const policy = section(
  {
    acceptSecondary: setting(z.boolean().default(false), {
      text: 'Take a proven secondary address of an admin like the primary one (W-SECONDARY).',
      tradeoff: 'Fewer escalations; one more mailbox per admin that can be broken into.',
    }),
    deferHours: setting(count(1, 120, 12), {
      text: 'How long a mail is deferred for a temporary fault before it is judged as unproven.',
      unit: 'hours',
      tradeoff: 'Longer rides out longer DNS outages; senders give up after one to five days.',
    }),
    proofAgeDays: setting(count(1, 7, 7), {
      text: 'Oldest signature, DKIM or PGP, that proves alone.',
      unit: 'days',
      tradeoff: 'Longer forgives slow delivery; a stolen mail can be sent again for longer.',
    }),
    replayMemoryDays: setting(count(1, 60, 8), {
      text: 'How long used signatures are remembered; must not be shorter than proofAgeDays.',
      unit: 'days',
      tradeoff: 'Longer takes memory in Redis, about 200 bytes a mail.',
    }),
    lookalikes: setting(z.boolean().default(true), {
      text: 'Escalate authors that imitate a registered or own name (R-LOOKALIKE).',
      tradeoff: 'Off, only exact rules protect against imitation.',
    }),
    denyDefaultDays: setting(count(1, 36_500, 365).nullable(), {
      text: 'Life of a deny entry that names no expiry; null never expires.',
      unit: 'days',
      tradeoff: 'Addresses and networks change hands: old entries hit the wrong people.',
    }),
    denyAbuseAlone: setting(z.boolean().default(false), {
      text: 'Put a proven sender who was abusive before on the deny-list without a person (R-ABUSE), where a rule, and not the model alone, finds it again.',
      tradeoff: 'On, a misread complaint can cut a customer off until staff look; off, staff enter each proposal.',
    }),
    fronts: setting(z.array(z.string().min(1).max(255)).readonly().default([]), {
      text: 'List-Ids of your own group addresses in front of Postern, which do not count as mailing lists (W-SHARED).',
      example: ['support.example.com'],
      tradeoff: 'Anybody can write a List-Id; this only spares the escalation, never proves.',
    }),
    knowledgeBase: setting(z.url({ protocol: /^https?$/ }).default('https://postern.test/help'), {
      text: 'Where free tenants are pointed to (T-FREE).',
      tradeoff: 'None.',
    }),
  },
  'What the company allows.',
);
