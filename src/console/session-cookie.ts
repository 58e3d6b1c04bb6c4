/** Cookies that carry a token. Behind TLS they are bound to this very host (`__Host-`, RFC 6265bis §4.1.3.2). */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { absoluteMs } from '../staff/session.ts';
import { isOverTls } from './client-address.ts';
import type { ConsoleContext } from './environment.ts';

const sessionName = 'postern_session';

export function readSessionCookie(context: ConsoleContext): string | null {
  return readCookie(context, sessionName);
}

export function writeSessionCookie(context: ConsoleContext, token: string): void {
  writeCookie(context, sessionName, token, absoluteMs);
}

export function clearSessionCookie(context: ConsoleContext): void {
  clearCookie(context, sessionName);
}

/** A token of `newToken`, or null. */
export function readCookie(context: ConsoleContext, name: string): string | null {
  const token = rawCookie(context, name);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : null;
}

/** Whatever it holds. */
export function rawCookie(context: ConsoleContext, name: string): string | undefined {
  return isOverTls(context) ? getCookie(context, name, 'host') : getCookie(context, name);
}

export function writeCookie(context: ConsoleContext, name: string, token: string, lifeMs: number): void {
  const common = { httpOnly: true, path: '/', maxAge: lifeMs / 1_000, sameSite: 'Lax' } as const;
  // Lax, not Strict: a link to a mail in a chat must find its reader logged in. Changes are guarded by origin and token.
  if (isOverTls(context)) setCookie(context, name, token, { ...common, secure: true, prefix: 'host' });
  else setCookie(context, name, token, common);
}

export function clearCookie(context: ConsoleContext, name: string): void {
  if (isOverTls(context)) deleteCookie(context, name, { path: '/', secure: true, prefix: 'host' });
  else deleteCookie(context, name, { path: '/' });
}
