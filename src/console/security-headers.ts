/** Headers of every answer: a browser runs nothing that is not ours, and asks nobody else for anything. */
import type { MiddlewareHandler } from 'hono';
import { isOverTls } from './client-address.ts';
import type { ConsoleEnvironment } from './environment.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * For the HTML of a mail. `sandbox` without a word: no script, no form, no origin, no way out of the frame, also where
 * somebody opens the address by itself. Styles stand in attributes; nothing at all is loaded.
 */
const framePolicy = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

export const securityHeaders: MiddlewareHandler<ConsoleEnvironment> = async (context, next) => {
  await next();
  const { headers } = context.res;
  const frames = context.get('frames');
  const isFrame = frames === 'is';
  headers.set(
    'content-security-policy',
    isFrame ? framePolicy : frames === 'holds' ? `${policy}; frame-src 'self'` : policy,
  );
  // RFC 6797 §7.2: over TLS only. This host alone: what else is under its name is not ours to decide.
  if (isOverTls(context)) headers.set('strict-transport-security', 'max-age=31536000');
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', isFrame ? 'SAMEORIGIN' : 'DENY');
  // No policy of content covers names that a page looks up ahead.
  headers.set('x-dns-prefetch-control', 'off');
  // Not `no-referrer`: browsers then send `Origin: null` with forms, and the origin could not be checked.
  headers.set('referrer-policy', 'same-origin');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  // Pages show mail and staff: nothing of them stays in a shared cache or behind the back button after log-out.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};
