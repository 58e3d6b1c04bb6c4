/** Settings of the way to engineering, who carry out what recovery cases end in. */
import { z } from 'zod';
import { webhookFields } from './handoff-settings.ts';
import { section, setting } from './setting.ts';

export const engineering = section(
  {
    webhook: setting(z.strictObject(webhookFields).nullable().default(null), {
      text: 'Where work orders of recovery cases are sent, signed as Standard Webhooks says and by the PGP key of the gateway. Paths are relative to the data directory.',
      defaultText: 'none: work orders wait, and staff hand them over by hand',
      example: { url: 'https://engineering.example.com/hooks/postern', secretFiles: ['secrets/engineering'] },
      tradeoff:
        'What arrives there deletes accounts: the receiver must verify both signatures and carry out each id once.',
    }),
    parkHours: setting(z.int().min(1).max(168).default(24), {
      text: 'How long a work order is tried before it is parked for staff.',
      unit: 'hours',
      tradeoff: 'Longer rides out longer outages; an order is good for 7 days in all.',
    }),
  },
  'Work orders to engineering.',
);
