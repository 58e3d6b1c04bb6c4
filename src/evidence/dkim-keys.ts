/** DKIM key records (RFC 6376 §3.6.1), asked of the DNS for each mail and parsed once per record text. */
import { createPublicKey } from 'node:crypto';
import type { KeyCache } from 'mailauth/lib/dkim/dkim-verifier.js';
import { getPublicKey, type KeyQuestion, type PublicKeyRecord, toALabel } from 'mailauth/lib/tools.js';
import { faultCode } from './look-ups.ts';
import type { Resolver } from './ports.ts';

/** RFC 8301 §3.2: verifiers must not take shorter RSA keys. */
export const minKeyBits = 1024;

const parsedLimit = 1_000;
/** By question and record text, so a changed record is a new key. Records that do not parse are not kept. */
const parsed = new Map<string, PublicKeyRecord>();

/** The key source of one mail, in the shape in which mailauth asks. */
export function dkimKeys(resolve: Resolver): KeyCache {
  return {
    resolver: resolve,
    get: (type, name, minBitLength, question) => {
      const record = resolve(toALabel(name), 'TXT').then((answer) =>
        readRecord(type, name, minBitLength, question, answer),
      );
      // mailauth asks for the keys of all seals ahead and may never look at some: that must not end the process.
      record.catch(() => undefined);
      return record;
    },
  };
}

async function readRecord(
  type: string,
  name: string,
  minBitLength: number,
  question: KeyQuestion,
  answer: unknown,
): Promise<PublicKeyRecord> {
  const id = JSON.stringify([minBitLength, question.strict, question.hashAlgo, answer]);
  const known = parsed.get(id);
  if (known !== undefined) return known;
  const record = await parse(type, name, minBitLength, question, answer);
  if (parsed.size >= parsedLimit) {
    const oldest = parsed.keys().next();
    if (!oldest.done) parsed.delete(oldest.value);
  }
  parsed.set(id, record);
  return record;
}

async function parse(
  type: string,
  name: string,
  minBitLength: number,
  question: KeyQuestion,
  answer: unknown,
): Promise<PublicKeyRecord> {
  try {
    const record = await getPublicKey(type, name, minBitLength, async () => answer, question);
    return { ...record, publicKey: createPublicKey(record.publicKey) };
  } catch (error) {
    // The DNS has answered: whatever is wrong now is wrong with the record, and mailauth would call an unknown code a DNS fault.
    const code = faultCode(error) ?? '';
    const isKnown = code === 'ESHORTKEY' || code.startsWith('EINVALID');
    throw isKnown ? error : Object.assign(new Error('unusable key record'), { code: 'EINVALIDVAL' });
  }
}
