/**
 * Which OpenPGP algorithms count as strong, as configurations of the library: `strict` for everything that is believed,
 * `lax` only to tell *why* something is not believed. POLICY "Proof": a weak key proves nothing.
 */
import { type AlgorithmInfo, config, enums, type PartialConfig } from 'openpgp';

const minRsaBits = 2048;

const weakHashes = new Set([enums.hash.md5, enums.hash.sha1, enums.hash.ripemd]);
const weakAlgorithms = new Set<string>(['dsa', 'elgamal']);

/** Argon2 memory in 2^n KiB: 64 MiB, what the library itself writes, instead of its 1 TiB. */
const maxArgon2MemoryExponent = 16;

const common = {
  maxArgon2MemoryExponent,
  allowUnauthenticatedMessages: false,
  allowUnauthenticatedStream: false,
  // Mail is decrypted unattended, so its timing is a Bleichenbacher oracle for RSA keys of ours.
  constantTimePKCS1Decryption: true,
} satisfies PartialConfig;

/** What is believed. Default of the library: 2047 bits, SHA-1 self-certifications. */
export const strict = {
  ...config,
  ...common,
  minRSABits: minRsaBits,
  rejectHashAlgorithms: weakHashes,
  rejectMessageHashAlgorithms: weakHashes,
  rejectPublicKeyAlgorithms: new Set([enums.publicKey.elgamal, enums.publicKey.dsa]),
};

/** What can be computed at all. */
export const lax = {
  ...config,
  ...common,
  minRSABits: 0,
  allowMissingKeyFlags: true,
  rejectHashAlgorithms: new Set<enums.hash>(),
  rejectMessageHashAlgorithms: new Set<enums.hash>(),
  rejectPublicKeyAlgorithms: new Set<enums.publicKey>(),
  rejectCurves: new Set<enums.curve>(),
};

/** Why a hash is not accepted under a signature; null when it is. */
export function weakHash(hash: enums.hash | null): string | null {
  if (hash === null || !weakHashes.has(hash)) return null;
  return `${enums.read(enums.hash, hash).toUpperCase()} signature`;
}

/** Why a key packet is too weak; null when it is not. */
export function weakAlgorithm(info: AlgorithmInfo): string | null {
  if (weakAlgorithms.has(info.algorithm)) return `${info.algorithm.toUpperCase()} key`;
  if (info.algorithm.startsWith('rsa') && (info.bits ?? 0) < minRsaBits) return `RSA key of ${info.bits ?? 0} bits`;
  if (info.curve !== undefined && [...config.rejectCurves].some((curve) => curve === info.curve)) {
    return `key on the curve ${info.curve}`;
  }
  return null;
}

/** One word or two for people: `RSA 3072`, `Ed25519`, `nistP256`. */
export function algorithmName(info: AlgorithmInfo): string {
  if (info.bits !== undefined)
    return `${info.algorithm.startsWith('rsa') ? 'RSA' : info.algorithm.toUpperCase()} ${info.bits}`;
  const name = info.curve ?? info.algorithm;
  const known: Record<string, string> = {
    ed25519Legacy: 'Ed25519',
    curve25519Legacy: 'X25519',
    ed25519: 'Ed25519',
    ed448: 'Ed448',
    x25519: 'X25519',
  };
  return known[name] ?? name;
}
