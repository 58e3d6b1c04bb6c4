/** Parts of a page that keep themselves up to date: their markup by their ids, sent when it changed. */
import { isOver } from '../staff/session.ts';
import { type ConsoleContext, whoOf } from './environment.ts';
import { type Html, html, timeTag } from './html.ts';
import { liveStream } from './live-stream.ts';
import type { Places } from './places.ts';
import type { ConsolePorts } from './ports.ts';

const pushMs = 2_000;
const patienceMs = 30_000;
/** Of each page. A browser opens no more than six without a proxy that speaks HTTP/2. */
export const mostStreams = { ofSession: 8, inAll: 300 };

export type Sections = Readonly<Record<string, Html>>;

/** @param look The sections as they are now; a rejection ends the stream, which the browser opens again. */
export function liveSections(
  { logger, now, staff }: Pick<ConsolePorts, 'logger' | 'now' | 'staff'>,
  context: ConsoleContext,
  streams: Places,
  look: () => Promise<Sections>,
): Response {
  const { member, tokenHash } = whoOf(context);
  let last = '';
  return liveStream(context, { streams, session: tokenHash, pushMs, patienceMs, logger }, async () => {
    // Looked up each time: who was shut out sees no more, and who has another role asks anew with that.
    const found = await staff.session(tokenHash, now());
    if (found === null || isOver(found.session, now()) || found.member.role !== member.role) return null;
    const sections = await Promise.all(
      Object.entries(await look()).map(async ([id, section]) => [id, String(await section)] as const),
    );
    const data = JSON.stringify(Object.fromEntries(sections));
    const event = data === last ? { event: 'same', data: '{}' } : { event: 'sections', data };
    last = data;
    return event;
  });
}

/** Says whether the page is up to date, beside its heading; with the client module `live`. */
export function liveMark(path: string, at: number): Html {
  return html`<p class="live" id="live" role="status" data-live="${path}"><span class="dot"></span> <span class="live-text">as of ${timeTag(at)}</span></p>`;
}
