/** Who may pass: the session of a request, the rights a page needs, and where a form came from. */
import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { StaffMember } from '../staff/member.ts';
import { may, type Right, rights } from '../staff/role.ts';
import { formToken, tokenHash, touchMs } from '../staff/session.ts';
import { isForwarded } from './client-address.ts';
import type { ConsoleContext, ConsoleEnvironment } from './environment.ts';
import { messagePage } from './message-page.ts';
import type { ConsolePorts } from './ports.ts';
import { readSessionCookie } from './session-cookie.ts';

type Guard = MiddlewareHandler<ConsoleEnvironment>;

/** Finds the session of the cookie; pages decide what they need. */
export function knowSession(ports: Pick<ConsolePorts, 'staff' | 'now' | 'secondFactor'>): Guard {
  const { staff, now } = ports;
  return async (context, next) => {
    const token = readSessionCookie(context);
    const hash = token === null ? null : tokenHash(token);
    const found = hash === null ? null : await staff.session(hash, now());
    const isKnown = found !== null && token !== null && hash !== null;
    context.set(
      'who',
      isKnown
        ? { ...found, tokenHash: hash, formToken: formToken(token), mustEnrol: mustEnrol(ports, context, found.member) }
        : null,
    );
    if (found !== null && hash !== null && now() - found.session.lastSeenAt >= touchMs && !isStream(context)) {
      await staff.touch(hash, now());
    }
    await next();
  };
}

/** Without a proxy a console on loopback is reached from this machine only, where the factor may wait. */
export function needsSecondFactor(
  { secondFactor }: Pick<ConsolePorts, 'secondFactor'>,
  context: ConsoleContext,
): boolean {
  return secondFactor === 'required' || isForwarded(context);
}

function mustEnrol(ports: Pick<ConsolePorts, 'secondFactor'>, context: ConsoleContext, member: StaffMember): boolean {
  return !member.hasSecondFactor && needsSecondFactor(ports, context);
}

/** A page that is left open asks by itself; that is no sign of a person. */
function isStream(context: ConsoleContext): boolean {
  return context.req.path.startsWith('/live/');
}

/** Lets through who has the right; sends others to log in, or tells them which role has it. */
export function need(right: Right): Guard {
  return async (context, next) => {
    const who = context.get('who');
    if (who === null) return toLogin(context);
    if (who.mustEnrol) return context.redirect('/account', 303);
    if (may(who.member.role, right)) return next();
    return context.html(
      messagePage(context, {
        title: 'Not with your role',
        text: `This needs the role ${rights[right]} or above; yours is ${who.member.role}. An admin can change it under Staff.`,
      }),
      403,
    );
  };
}

/** Lets through everybody who is logged in. */
export const needSession: Guard = async (context, next) => (context.get('who') === null ? toLogin(context) : next());

/** After logging in people are where they were. What a form held cannot be kept: they come back to the form. */
function toLogin(context: ConsoleContext): Response {
  if (isStream(context)) return context.text('log in again', 401);
  const { pathname, search } = new URL(context.req.url);
  const from = context.req.method === 'GET' ? `${pathname}${search}` : refererPath(context);
  return context.redirect(from === '/' ? '/log-in' : `/log-in?next=${encodeURIComponent(from)}`, 303);
}

function refererPath(context: ConsoleContext): string {
  const referer = context.req.header('referer');
  if (referer === undefined || !URL.canParse(referer)) return '/';
  const { pathname, search, host } = new URL(referer);
  return host === context.req.header('host') ? `${pathname}${search}` : '/';
}

/** A path of this console to go on to; `/` for anything that could lead elsewhere. */
export function safePath(text: string | undefined): string {
  if (text === undefined || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text)) return '/';
  const here = 'http://console.invalid';
  if (!URL.canParse(text, here)) return '/';
  const url = new URL(text, here);
  return url.origin === here && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/';
}

/**
 * Refuses what another site makes a browser send: a change must name this host as its origin, and carry the token of its
 * session where there is one.
 */
export const fromOurPages: Guard = async (context, next) => {
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return next();
  if (!isOurOrigin(context)) return refused(context);
  // Read here, once for all: what is cut short or made up is the sender's fault, not a failure of a page.
  const form = await context.req.parseBody().catch(() => null);
  if (form === null) return unreadable(context);
  const who = context.get('who');
  if (who !== null && !isToken(form['form_token'], who.formToken)) return refused(context);
  return next();
};

function isOurOrigin(context: ConsoleContext): boolean {
  const origin = context.req.header('origin');
  const host = context.req.header('host');
  const site = context.req.header('sec-fetch-site');
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host.toLowerCase() && (site === undefined || site === 'same-origin');
}

function isToken(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

function unreadable(context: ConsoleContext): Response | Promise<Response> {
  return context.html(
    messagePage(context, {
      title: 'This form cannot be read',
      text: 'It was cut short on its way, or is none. Go back and send it once more.',
    }),
    400,
  );
}

function refused(context: ConsoleContext): Response | Promise<Response> {
  return context.html(
    messagePage(context, {
      title: 'This form did not come from this console',
      text: 'It is from another site, or from before you last logged in. Go back, load the page again and send it once more.',
    }),
    403,
  );
}
