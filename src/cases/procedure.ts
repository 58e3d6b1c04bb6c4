/** The procedures of extraordinary account recovery (POLICY X-*). */
export const procedures = ['disgruntled-admin', 'closure', 'mistake', 'cessation', 'preventative'] as const;
export type Procedure = (typeof procedures)[number];

/** `X-COMMON` is what POLICY says for all of them. */
export type CaseRule = 'X-DISGRUNTLED' | 'X-CLOSURE' | 'X-MISTAKE' | 'X-CESSATION' | 'X-PREVENT' | 'X-COMMON';

const rules: Readonly<Record<Procedure, CaseRule>> = {
  'disgruntled-admin': 'X-DISGRUNTLED',
  closure: 'X-CLOSURE',
  mistake: 'X-MISTAKE',
  cessation: 'X-CESSATION',
  preventative: 'X-PREVENT',
};

/** The rule of a case; null is a case that staff have not named yet. */
export function ruleOf(procedure: Procedure | null): CaseRule {
  return procedure === null ? 'X-COMMON' : rules[procedure];
}

const requestKinds: Readonly<Record<string, Procedure>> = {
  'recovery-disgruntled-admin': 'disgruntled-admin',
  'recovery-closure': 'closure',
  'recovery-mistake': 'mistake',
  'recovery-cessation': 'cessation',
  'recovery-preventative': 'preventative',
};

/** The procedure that a classified request asks for; null when it asks for none. */
export function procedureOfRequest(kind: string): Procedure | null {
  return Object.hasOwn(requestKinds, kind) ? (requestKinds[kind] ?? null) : null;
}
