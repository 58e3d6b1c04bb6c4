/**
 * Browsers that a member has logged in with before. Tries from such a browser count by themselves, so that nobody can keep
 * a member out by guessing at their name all day: the guesser locks all strange browsers, and this one is none. It lets
 * nobody in, and is worth a few more guesses to whoever takes it along.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type KnownBrowsers = {
  /** What its cookie holds from now on. */
  mark(name: string, now: number): string;
  /** Tells this browser from others; null unless this cookie was made here for this very member, not too long ago. */
  read(cookie: string, name: string, now: number): string | null;
};

/** Whoever was away for longer is a stranger again. */
export const knownBrowserMs = 90 * 86_400_000;

/** @param keys The first signs; what the others signed still holds. */
export function knownBrowsers(keys: readonly [Buffer, ...Buffer[]]): KnownBrowsers {
  return {
    mark(name, now) {
      const about = `${randomBytes(16).toString('base64url')}.${now}`;
      return `${about}.${signature(keys[0], about, name).toString('base64url')}`;
    },
    read(cookie, name, now) {
      const [, about = '', id = '', at, signed = ''] = /^(([\w-]{22})\.(\d{1,15}))\.([\w-]{43})$/.exec(cookie) ?? [];
      if (id === '' || now - Number(at) >= knownBrowserMs) return null;
      const given = Buffer.from(signed, 'base64url');
      return keys.some((key) => timingSafeEqual(signature(key, about, name), given)) ? id : null;
    },
  };
}

function signature(key: Buffer, about: string, name: string): Buffer {
  return createHmac('sha256', key).update(`${about} ${name}`).digest();
}
