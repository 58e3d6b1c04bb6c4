/** A look-up without an answer, in the four codes that the checks know (`evidence/ports.ts`). */
export type FaultCode = 'ENOTFOUND' | 'ENODATA' | 'ETIMEOUT' | 'ESERVFAIL';

export class LookUpFault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, name: string, type: string) {
    super(`${code} ${name} ${type}`);
    this.name = 'LookUpFault';
    this.code = code;
  }
}

/** What a resolver's error means. Codes alone decide: texts change. */
export function faultCodeOf(error: unknown): FaultCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOTFOUND':
    case 'ENODATA':
    case 'ETIMEOUT':
      return code;
    // A name that cannot exist does not exist; as a temporary fault it would defer for ever.
    case 'EBADNAME':
      return 'ENOTFOUND';
    default:
      return 'ESERVFAIL';
  }
}

/** Whether a name can stand in the DNS (RFC 1035 §2.3.4): no empty label, none above 63 octets, 253 in all. */
export function isPossibleName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => label !== '' && Buffer.byteLength(label) <= 63);
}
