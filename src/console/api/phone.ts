/** The phone desk (W-PHONE): is there a ticket to talk about, and is the number denied? */
import { z } from 'zod';
import { parsePhone } from '../../address/phone.ts';
import { lookUpPhone } from '../phone-look-up.ts';
import { invalid } from './problem.ts';
import { route } from './route.ts';

export const phoneRoutes = [
  route({
    method: 'GET',
    path: '/phone',
    summary: 'Look up a number that calls, and the ticket that the caller names',
    text: 'A number can be forged: nothing here identifies a caller, and nothing about a tenant is told to one.',
    access: { scope: 'read', right: 'phone.look-up' },
    query: z.strictObject({
      number: z.string().min(1).max(60).describe('With its country code'),
      ticket: z.string().min(1).max(40).exactOptional(),
    }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        number: z.string().describe('E.164'),
        denied: z.boolean(),
        deniedBy: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
        onFile: z.array(z.strictObject({ name: z.string(), role: z.string(), tenantId: z.string(), tier: z.string() })),
        ticket: z
          .strictObject({ number: z.string(), status: z.string(), severity: z.int(), tier: z.string().nullable() })
          .nullable()
          .describe('Null when none was named, or there is none'),
      }),
    },
    handle: async ({ ports, query }) => {
      const parsed = parsePhone(query.number);
      if (!parsed.ok) throw invalid([{ field: 'number', message: 'is no international phone number' }]);
      const { denied, onFile } = await lookUpPhone(ports, parsed.number);
      const ticket = query.ticket === undefined ? null : await ports.tickets.byNumber(query.ticket);
      return {
        number: parsed.number,
        denied: denied.length > 0,
        deniedBy: denied.map(({ id, reason }) => ({ id, reason })),
        onFile: onFile.map(({ contact, tenant }) => ({
          name: contact.name,
          role: contact.role,
          tenantId: tenant.id,
          tier: tenant.tier,
        })),
        ticket:
          ticket === null
            ? null
            : { number: ticket.number, status: ticket.status, severity: ticket.severity, tier: ticket.tier },
      };
    },
  }),
];
