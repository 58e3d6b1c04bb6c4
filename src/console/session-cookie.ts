/** The cookie that carries a session. Behind TLS it is bound to this very host (`__Host-`, RFC 6265bis §4.1.3.2). */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { absoluteMs } from '../staff/session.ts';
import { isOverTls } from './client-address.ts';
import type { ConsoleContext } from './environment.ts';

const name = 'postern_session';

export function readSessionCookie(context: ConsoleContext): string | null {
  const token = isOverTls(context) ? getCookie(context, name, 'host') : getCookie(context, name);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : null;
}

export function writeSessionCookie(context: ConsoleContext, token: string): void {
  const common = { httpOnly: true, path: '/', maxAge: absoluteMs / 1_000, sameSite: 'Lax' } as const;
  // Lax, not Strict: a link to a mail in a chat must find its reader logged in. Changes are guarded by origin and token.
  if (isOverTls(context)) setCookie(context, name, token, { ...common, secure: true, prefix: 'host' });
  else setCookie(context, name, token, common);
}

export function clearSessionCookie(context: ConsoleContext): void {
  if (isOverTls(context)) deleteCookie(context, name, { path: '/', secure: true, prefix: 'host' });
  else deleteCookie(context, name, { path: '/' });
}
