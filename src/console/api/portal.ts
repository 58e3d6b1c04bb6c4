/**
 * What the vendor's admin portal hands in. Its token says that the portal itself speaks; the portal says who is logged in.
 * Nothing here tells a verdict, or anything about a recovery case: whoever is logged in may be the one it is about.
 */
import { z } from 'zod';
import { canonicalAddress } from '../../address/mailbox.ts';
import { procedures } from '../../cases/procedure.ts';
import { redact } from '../../classify/secrets.ts';
import type { Admin, Tenant } from '../../directory/tenant.ts';
import type { ConsolePorts } from '../ports.ts';
import { invalid, Problem } from './problem.ts';
import { route } from './route.ts';
import { line, messageId, time, timeText } from './shapes.ts';

const access = { scope: 'portal', right: null } as const;
const megabyte = 1024 * 1024;
const mostAttachments = 20;
const comeAgain = { 'retry-after': '10' };

const tenantName = z.string().min(1).max(100).describe('Id of the tenant, or its object id');
const adminId = z.string().min(1).max(100).describe('Who is logged in to the portal');
/** Lines are fine in what people write; what moves a cursor or turns text around is not. */
const prose = (longest: number) =>
  z
    .string()
    .regex(/\S/, 'must not be empty')
    .max(longest)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text.replace(/[\r\n\t]/g, ' ')), 'must not hold control characters');

const attachment = z.strictObject({
  fileName: line(200),
  contentType: z
    .string()
    .max(100)
    .regex(/^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,60}$/i, 'is no media type')
    .default('application/octet-stream'),
  content: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'is not base64')
    .describe('Base64'),
});

async function tenantOf(ports: ConsolePorts, name: string): Promise<Tenant> {
  const tenant = await ports.directory.named(name);
  if (tenant === undefined) throw unknown('tenant');
  return tenant;
}

function adminOf({ admins }: Tenant, id: string): Admin {
  const admin = admins.find((one) => one.id === id);
  if (admin === undefined) throw unknown('adminId');
  return admin;
}

function unknown(field: string): Problem {
  return invalid([{ field, message: 'is not in the directory' }]);
}

const refusals = {
  none: ['not-found', 'No request of this tenant waits for authorisation under this id.'],
  'not-active': ['forbidden', 'This admin is not active.'],
  billing: ['forbidden', 'Who is in charge of billing alone authorises nothing.'],
  'asked-here': ['forbidden', 'Whoever asked in the portal cannot authorise it there: another admin or the owner can.'],
  answered: ['conflict', 'This admin has answered otherwise before.'],
} as const;

export const portalRoutes = [
  route({
    method: 'POST',
    path: '/portal/requests',
    summary: 'Hand in what an admin asks (W-PORTAL)',
    text: 'Becomes a mail that is judged by the same rules as any other, with its admin proven. The same `idempotencyKey` with the same request gives the same ids, for seven days: after 503 or a lost answer send it again.',
    access,
    body: {
      media: 'application/json',
      maxOctets: 16 * megabyte,
      schema: z.strictObject({
        idempotencyKey: z
          .string()
          .regex(/^[\w-]{16,100}$/, 'is 16 to 100 letters, digits, - and _')
          .describe('Made once for each thing that somebody asks; a UUID will do'),
        tenant: tenantName,
        adminId,
        mailbox: z.string().max(320).describe('Address of one of the mailboxes here'),
        subject: line(300),
        text: prose(200_000),
        attachments: z.array(attachment).max(mostAttachments).default([]),
      }),
    },
    answer: {
      status: 202,
      media: 'application/json',
      schema: z.strictObject({ messageIds: z.array(messageId).readonly(), text: z.string() }),
    },
    handle: async ({ body: { attachments, ...typed }, caller, ports }) => {
      const decoded = attachments.map(({ content, contentType, fileName }) => ({
        fileName,
        contentType,
        content: Buffer.from(content, 'base64'),
      }));
      const request = { ...typed, attachments: decoded };
      const handed = await ports.portal.handIn(request, { tokenId: caller.token.id, ip: caller.from });
      switch (handed.kind) {
        case 'taken':
          return { messageIds: handed.messageIds, text: 'Received' };
        case 'unknown':
          throw unknown(handed.field);
        case 'too-large':
          throw new Problem('too-large', 'As a mail it would be larger than what is accepted here.');
        case 'other':
          throw invalid([{ field: 'idempotencyKey', message: 'was used for another request' }]);
        case 'busy':
          throw new Problem('conflict', 'The same request is under way.', { headers: { 'retry-after': '2' } });
        case 'unavailable':
          throw new Problem('unavailable', 'Send it again, with the same key.', { headers: comeAgain });
      }
    },
  }),
  route({
    method: 'GET',
    path: '/portal/authorizations',
    summary: 'What waits for another admin of a tenant to authorise it',
    text: 'Proven requests only. Show it to active admins of this tenant and to nobody else.',
    access,
    query: z.strictObject({ tenant: tenantName }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        items: z.array(
          z.strictObject({
            messageId,
            receivedAt: time,
            request: z.string().nullable(),
            askedBy: z.string().nullable().describe('Id of the admin who asked'),
            subject: z.string(),
          }),
        ),
      }),
    },
    handle: async ({ ports, query }) => {
      const { id } = await tenantOf(ports, query.tenant);
      const waiting = await ports.authorizations.awaiting(id);
      return {
        items: waiting.map((one) => ({
          messageId: one.messageId,
          receivedAt: timeText(one.receivedAt),
          request: one.requestKind,
          askedBy: one.askedBy,
          subject: redact(one.subject), // P-SECRETS
        })),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/portal/authorizations',
    summary: "Note an admin's answer to a request that needs authorisation",
    text: 'It is evidence: staff decide. Each admin answers a request once; the same answer again changes nothing.',
    access,
    body: {
      media: 'application/json',
      maxOctets: 16 * 1024,
      schema: z.strictObject({
        tenant: tenantName,
        adminId,
        messageId,
        answer: z.enum(['authorized', 'denied']),
        statement: z
          .union([line(500), z.literal('')])
          .default('')
          .describe('What the admin says to it, for staff'),
      }),
    },
    answer: { status: 202, media: 'application/json', schema: z.strictObject({ text: z.string() }) },
    handle: async ({ body, caller, ports }) => {
      const tenant = await tenantOf(ports, body.tenant);
      const admin = adminOf(tenant, body.adminId);
      const result = await ports.authorizations.note({
        messageId: body.messageId,
        tenantId: tenant.id,
        adminId: admin.id,
        adminRole: admin.role,
        answer: body.answer,
        statement: body.statement,
        tokenId: caller.token.id,
        at: ports.now(),
      });
      if (result.kind !== 'refused') return { text: 'Received' };
      const [kind, detail] = refusals[result.cause];
      throw new Problem(kind, detail);
    },
  }),
  route({
    method: 'POST',
    path: '/portal/cases',
    summary: 'Ask for extraordinary recovery (X-*)',
    text: 'Opens a case, or joins the one that is open. The same `reference` again changes nothing. The answer is the same in every case.',
    access,
    body: {
      media: 'application/json',
      maxOctets: 16 * 1024,
      schema: z.strictObject({
        reference: z
          .string()
          .regex(/^[\w.:-]{8,200}$/, 'is 8 to 200 letters, digits, ., :, - and _')
          .describe("The portal's own"),
        tenant: tenantName,
        adminId: adminId.nullable().describe('Null where nobody of the tenant is logged in'),
        procedure: z.enum(procedures).nullable().describe('Null when it is doubtful which one is meant'),
      }),
    },
    answer: { status: 202, media: 'application/json', schema: z.strictObject({ text: z.string() }) },
    handle: async ({ body, caller, ports }) => {
      const tenant = await tenantOf(ports, body.tenant);
      const admin = body.adminId === null ? null : adminOf(tenant, body.adminId);
      const at = ports.now();
      const { caseId, effects } = await ports.cases.openFromPortal(
        {
          reference: body.reference,
          receivedAt: at,
          tenantId: tenant.id,
          address: admin === null ? null : canonicalAddress(admin.primaryEmail),
          procedure: body.procedure,
        },
        at,
      );
      const detail = { tenantId: tenant.id, adminId: body.adminId, reference: body.reference };
      await ports.audit.append({ at, actor: caller.actor, action: 'portal.case', subject: caseId, detail });
      for (const effect of effects) {
        if (effect.kind === 'alarm') ports.logger.warn({ caseId, alarm: effect.text }, 'alarm in a recovery case');
      }
      return { text: 'Received' };
    },
  }),
];
