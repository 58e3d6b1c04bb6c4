/**
 * Passkeys (WebAuthn Level 3): what is asked of a browser, and what its answer proves. The library reads the answers and
 * checks the signatures; it is loaded when somebody uses a passkey, not at the start.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';

/** Whom passkeys are made for: the console under one name. */
export type RelyingParty = {
  /** Host name; a passkey works there and nowhere else. */
  readonly id: string;
  /** `https://host[:port]` */
  readonly origin: string;
};

/** One passkey of a member, as the records keep it. */
export type Passkey = {
  /** Credential id, base64url. */
  readonly id: string;
  readonly name: string;
  /** What its owner calls it. */
  readonly label: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  /** Copied between devices by its maker, so that losing one of them does not lose it. */
  readonly isSynced: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
};

/** What a new passkey brings along. */
export type NewPasskey = Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports' | 'isSynced'>;

export type Assertion =
  | {
      readonly ok: true;
      readonly counter: number;
      /** The authenticator checked a PIN, a finger, a face: possession and more, both factors at once. */
      readonly isUserVerified: boolean;
    }
  | { readonly ok: false; readonly cause: 'signature' | 'counter' | 'owner' };

/** COSE: Ed25519, ES256, RS256. Named, since the library else asks the runtime for what is still an experiment there. */
const algorithms = [-8, -7, -257] as const;

/** How long a question may be answered, milliseconds. */
export const challengeMs = 5 * 60_000;

/**
 * The relying party of an address of the console; null where browsers know no passkeys: an IP address is no name, and
 * plain HTTP is a secure context on this machine only (WebAuthn §5.1.3, Secure Contexts §3.1).
 */
export function relyingPartyOf(address: string): RelyingParty | null {
  if (!URL.canParse(address)) return null;
  const { hostname, origin, protocol } = new URL(address);
  if (hostname === '' || hostname.startsWith('[') || isIP(hostname) !== 0) return null;
  return protocol === 'https:' || hostname === 'localhost' ? { id: hostname, origin } : null;
}

/** What `navigator.credentials.create` is asked. Discoverable where that can be: such a passkey needs no name typed. */
export async function additionOptions(
  party: RelyingParty,
  name: string,
  known: readonly Pick<Passkey, 'id'>[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  return generateRegistrationOptions({
    rpName: 'Postern',
    rpID: party.id,
    userName: name,
    userID: Uint8Array.from(handleOf(name)),
    attestationType: 'none',
    timeout: challengeMs,
    supportedAlgorithmIDs: [...algorithms],
    excludeCredentials: known.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
}

/**
 * What `navigator.credentials.get` is asked: any passkey of this console, or one of these. Security keys without a PIN
 * answer only when they are named.
 */
export async function logInOptions(
  party: RelyingParty,
  ids: readonly string[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  return generateAuthenticationOptions({
    rpID: party.id,
    timeout: challengeMs,
    userVerification: 'preferred',
    ...(ids.length === 0 ? {} : { allowCredentials: ids.map((id) => ({ id })) }),
  });
}

/** The passkey that an answer brings; null when it answers another question, another site or nothing. */
export async function readAddition(
  party: RelyingParty,
  challenge: string,
  response: RegistrationResponseJSON,
): Promise<NewPasskey | null> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: [...algorithms],
    });
    if (registrationInfo === undefined) return null;
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      id: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: response.response.transports ?? [],
      isSynced: credentialBackedUp,
    };
  } catch {
    return null; // the library throws for each thing that is not as it must be
  }
}

/** Whether this passkey answered this question. */
export async function checkAssertion(
  party: RelyingParty,
  challenge: string,
  response: AuthenticationResponseJSON,
  passkey: Passkey,
): Promise<Assertion> {
  const { userHandle } = response.response;
  // WebAuthn §7.2 step 6: the answer names its user, who must be the one that we keep the key for.
  if (userHandle !== undefined && userHandle !== handleOf(passkey.name).toString('base64url')) {
    return { ok: false, cause: 'owner' };
  }
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
      // The counter is held against ours below: a signature that is right under a counter that is not is another finding.
      credential: {
        id: passkey.id,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
        counter: 0,
      },
    });
    if (!verified) return { ok: false, cause: 'signature' };
    const { newCounter, userVerified } = authenticationInfo;
    return wentBack(passkey.counter, newCounter)
      ? { ok: false, cause: 'counter' }
      : { ok: true, counter: newCounter, isUserVerified: userVerified };
  } catch {
    return { ok: false, cause: 'signature' };
  }
}

/** WebAuthn §6.1.1: a counter that does not grow is that of a copy, unless the authenticator does not count at all. */
function wentBack(before: number, now: number): boolean {
  return (before > 0 || now > 0) && now <= before;
}

/** Names a member to authenticators; says nothing about them to who finds one. */
function handleOf(name: string): Buffer {
  return createHash('sha256').update(`postern passkey ${name}`).digest();
}

const base64url = z
  .string()
  .max(16_384)
  .regex(/^[\w-]*$/);
const common = { id: base64url.min(1).max(1_400), rawId: base64url, type: z.literal('public-key') };
const extensions = z.object({}).loose().default({});
const transports = z
  .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
  .max(10)
  .catch([]);

const additionSchema = z.object({
  ...common,
  response: z.object({ clientDataJSON: base64url, attestationObject: base64url, transports }),
  clientExtensionResults: extensions,
});

const assertionSchema = z
  .object({
    ...common,
    response: z.object({
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
      userHandle: base64url.nullish(),
    }),
    clientExtensionResults: extensions,
  })
  .transform(
    ({ response: { userHandle, ...response }, ...answer }): AuthenticationResponseJSON => ({
      ...answer,
      response: typeof userHandle === 'string' ? { ...response, userHandle } : response,
    }),
  );

/** What a form carries, as `PublicKeyCredential.toJSON()` wrote it; null when it is no such thing. */
export function parseAddition(text: string): RegistrationResponseJSON | null {
  return parsed(additionSchema, text);
}

export function parseAssertion(text: string): AuthenticationResponseJSON | null {
  return parsed(assertionSchema, text);
}

function parsed<Value>(schema: z.ZodType<Value>, text: string): Value | null {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
