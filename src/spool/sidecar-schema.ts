/** Checks a sidecar that comes from storage, before anything in it is believed. */
import { z } from 'zod';
import type { Sidecar } from '../intake/sidecar.ts';
import { judgedMailSchema } from '../jobs/judged-mail.ts';
import { SpoolCorrupt } from './errors.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Evidence is checked only where readers take hold of it: it was written by this program, it grows with every version,
 * and what an old version left out must not make its mail unreadable.
 */
const evidence = z.looseObject({
  receivedAt: z.int(),
  form: z.array(z.looseObject({ code: z.string(), detail: z.string() })),
  domain: z.looseObject({}),
  pgp: z.looseObject({}),
  sender: z.looseObject({ standing: z.looseObject({ kind: z.string() }) }),
  denylist: z.looseObject({ hits: z.array(z.looseObject({ entry: z.looseObject({ id: z.string() }) })) }),
  proofs: z.array(z.looseObject({ kind: z.string() })),
  assurance: z.enum(['proven', 'claimed', 'unknown', 'forged']),
});

const sidecarSchema = z.looseObject({
  v: z.literal(1),
  mailId: z.string().regex(/^[0-9a-z]+$/),
  receivedAt: z.int(),
  size: z.int().nonnegative(),
  sha256,
  contentDigest: z.string(),
  rfcMessageId: z.string().nullable(),
  subject: z.string(),
  envelope: z.looseObject({
    client: z.looseObject({ ip: z.string(), port: z.int() }),
    helo: z.string(),
    mailFrom: z.string(),
    recipients: z.array(z.string()),
    tls: z.looseObject({ version: z.string(), cipher: z.string() }).nullable(),
    smtpUtf8: z.boolean(),
  }),
  evidence,
  judgements: z
    .array(z.looseObject({ mailbox: z.string(), verdict: judgedMailSchema.shape.verdict, job: judgedMailSchema }))
    .min(1),
  reply: z.looseObject({ code: z.int(), enhanced: z.string(), text: z.string() }),
  replayKeys: z.array(z.string()),
  timings: z.record(z.string(), z.number()),
});

/** Throws `SpoolCorrupt`, naming the field and never its value. */
export function parseSidecar(text: string): Sidecar {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SpoolCorrupt('the sidecar is not JSON');
  }
  const result = sidecarSchema.safeParse(value);
  if (!result.success) {
    const where = result.error.issues[0]?.path.join('.') ?? '';
    throw new SpoolCorrupt(`the sidecar is not valid at ${where === '' ? 'its top' : where}`);
  }
  return result.data as unknown as Sidecar;
}
