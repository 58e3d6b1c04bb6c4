/** What a mail says: as text, its HTML in a frame that can do nothing, its parts one by one; and the same of what was encrypted. */
import { type Context, Hono } from 'hono';
import { isEncrypted } from '../../../evidence/pgp-plaintext.ts';
import { textOfPart } from '../../../message/one-part.ts';
import { memoryMail, type RawMail } from '../../../message/raw-mail.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../../environment.ts';
import { need } from '../../guard.ts';
import type { Html } from '../../html.ts';
import { auditLook, rawOf, recordOf } from '../../kept-mail.ts';
import { mailFramePage } from '../../mail-html.ts';
import { messagePage } from '../../message-page.ts';
import type { ConsolePorts } from '../../ports.ts';
import { saveAs } from '../../save-as.ts';
import { htmlParts, type ShownMail, textPage } from './text-page.ts';

/** The mail as it came, or what one of our keys makes of it. */
const layers = [
  { name: 'text', right: 'mail.read', action: 'mail.read' },
  { name: 'decrypted', right: 'mail.decrypt', action: 'mail.decrypt' },
] as const;
type Layer = (typeof layers)[number];

type Opened = ShownMail & { readonly raw: RawMail };

export function mailContentRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  for (const layer of layers) {
    const path = `/mail/:id/${layer.name}` as const;

    routes.get(path, need(layer.right), (context) =>
      withMail(ports, context, layer, async (opened) => {
        const { record, message } = opened;
        await auditLook(ports, whoOf(context).member.name, layer.action, record);
        const wanted = partNumber(context.req.query('html'));
        const framed = htmlParts(message).includes(wanted) ? wanted : null;
        if (framed !== null) context.set('frames', 'holds');
        const canDecrypt = layer.name === 'text' && isEncrypted(message) && mayI(context, 'mail.decrypt');
        return context.html(textPage(context, opened, { layer: layer.name, canDecrypt, framed }));
      }),
    );

    // What stands in the frame.
    routes.get(`${path}/html/:part`, need(layer.right), (context) =>
      withMail(ports, context, layer, async ({ message, raw, record }) => {
        const index = partNumber(context.req.param('part'));
        if (!htmlParts(message).includes(index)) return context.html(noPart(context), 404);
        const read = await ports.readPart(raw, index);
        if (read.kind !== 'part') return context.html(noPart(context), 404);
        await auditLook(ports, whoOf(context).member.name, layer.action, record, { html: index + 1 });
        context.set('frames', 'is');
        return context.html(mailFramePage(textOfPart(read.part).slice(0, mostHtml)));
      }),
    );

    // A form, as with the whole mail: each download is one that somebody wanted.
    routes.post(`${path}/parts/:part`, need('mail.download'), need(layer.right), (context) =>
      withMail(ports, context, layer, async ({ raw, record }) => {
        const index = partNumber(context.req.param('part'));
        const read = await ports.readPart(raw, index);
        if (read.kind !== 'part') return context.html(noPart(context), 404);
        const { fileName, octets, sha256 } = read.part;
        const detail = { part: index + 1, sha256, layer: layer.name };
        await auditLook(ports, whoOf(context).member.name, 'mail.download', record, detail);
        return saveAs(context, fileName ?? `part-${index + 1}.bin`, octets);
      }),
    );
  }
  return routes;
}

/** What the parser of the frame is given, in characters. */
const mostHtml = 1024 * 1024;

async function withMail(
  ports: ConsolePorts,
  context: Context<ConsoleEnvironment, '/mail/:id/text'>,
  layer: Layer,
  then: (opened: Opened) => Promise<Response>,
): Promise<Response> {
  const record = await recordOf(ports, context.req.param('id'));
  if (record === null) return context.html(noMail(context), 404);
  const raw = await rawOf(ports, record);
  if (raw === null) return context.html(notKept(context), 404);
  const message = await ports.readMail(raw);
  if (layer.name === 'text') return then({ record, raw, message });
  const decrypted = await ports.decrypt(message);
  if (!decrypted.ok) return context.html(notDecrypted(context, decrypted.cause), 422);
  const inner = memoryMail(decrypted.mime);
  return then({ record, raw: inner, message: await ports.readMail(inner) });
}

/** From 0; what is no number is none of them. */
function partNumber(text = ''): number {
  return /^\d{1,4}$/.test(text) ? Number(text) - 1 : -1;
}

export function noMail(context: ConsoleContext): Html {
  return messagePage(context, {
    title: 'No mail has this id',
    text: 'It may still wait for a worker, or was erased when its time was over.',
  });
}

export function notKept(context: ConsoleContext): Html {
  return messagePage(context, {
    title: 'The raw mail is not kept',
    text: 'It was refused in the session, or erased when its time was over. The story of the mail says which.',
  });
}

function noPart(context: ConsoleContext): Html {
  const text = 'The mail has no part of this number, or it is larger than a mail may be.';
  return messagePage(context, { title: 'No such part', text });
}

function notDecrypted(context: ConsoleContext, cause: string): Html {
  return messagePage(context, { title: 'It cannot be decrypted', text: `Why: ${cause}.` });
}
