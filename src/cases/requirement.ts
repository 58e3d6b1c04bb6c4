/** What a procedure needs before anything may be done. */
const requirements = [
  /** Out-of-band executive confirmation. */
  'contact',
  'police-report',
  'court-order',
  'certificate-of-dissolution',
  /** No successful login for 180 days. */
  'inactivity',
] as const;
export type Requirement = (typeof requirements)[number];
