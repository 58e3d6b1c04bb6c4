/**
 * The question put to a passkey: bound to the browser that asked for it, answered once. At the log-in page, where there is
 * no session yet, a cookie of a few minutes stands for the browser.
 */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { ChallengePurpose } from '../records/passkeys.ts';
import { challengeMs, type RelyingParty, relyingPartyOf } from '../staff/passkey.ts';
import { newToken, tokenHash } from '../staff/session.ts';
import { localPort } from './client-address.ts';
import type { ConsoleContext } from './environment.ts';
import type { ConsolePorts } from './ports.ts';
import { clearCookie, readCookie, writeCookie } from './session-cookie.ts';

type Asking = Pick<ConsolePorts, 'consoleUrl' | 'now' | 'passkeys'>;
type Options = PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;

const cookieName = 'postern_passkey';

/**
 * Whom passkeys are made for here; null where browsers know none. Taken from the configuration, and without one only from
 * our own port on this machine: the Host field is the asker's to choose.
 */
export function relyingParty(
  { consoleUrl }: Pick<ConsolePorts, 'consoleUrl'>,
  context: ConsoleContext,
): RelyingParty | null {
  const host = context.req.header('host')?.toLowerCase() ?? '';
  if (consoleUrl !== null) {
    const party = relyingPartyOf(consoleUrl);
    return party !== null && new URL(party.origin).host === host ? party : null;
  }
  const own = `localhost:${localPort(context)}`;
  return host === own ? relyingPartyOf(`http://${own}`) : null;
}

/** Why there are no passkeys here, for staff. */
export function noPasskeysText({ consoleUrl }: Pick<ConsolePorts, 'consoleUrl'>, context: ConsoleContext): string {
  if (consoleUrl === null) {
    return `Passkeys need a name in the address bar: on this machine http://localhost:${localPort(context)}, elsewhere the setting console.url.`;
  }
  return relyingPartyOf(consoleUrl) === null
    ? 'Passkeys need HTTPS and a host name: the setting console.url has neither.'
    : `Passkeys work at ${consoleUrl}, the address of the setting console.url.`;
}

/** Keeps the question of these options for the browser that asked. */
export async function keepQuestion(
  { now, passkeys }: Asking,
  context: ConsoleContext,
  purpose: ChallengePurpose,
  { challenge }: Options,
): Promise<void> {
  const who = context.get('who');
  const expiresAt = now() + challengeMs;
  if (purpose === 'add' && who !== null) {
    return passkeys.ask({ holder: who.tokenHash, purpose, challenge, expiresAt }, now());
  }
  const token = newToken();
  writeCookie(context, cookieName, token, challengeMs);
  return passkeys.ask({ holder: tokenHash(token), purpose, challenge, expiresAt }, now());
}

/** The question that this browser has open; gone afterwards. */
export async function takeQuestion(
  { now, passkeys }: Asking,
  context: ConsoleContext,
  purpose: ChallengePurpose,
): Promise<string | null> {
  if (purpose === 'add') {
    const who = context.get('who');
    return who === null ? null : passkeys.take(who.tokenHash, purpose, now());
  }
  const token = readCookie(context, cookieName);
  clearCookie(context, cookieName);
  return token === null ? null : passkeys.take(tokenHash(token), purpose, now());
}
