/** Words of the case pages. */
import type { DueItem } from '../../../cases/due.ts';
import type { ContactOutcome, DocumentKind, LoginSource, SourcePlace } from '../../../cases/evidence.ts';
import type { Procedure } from '../../../cases/procedure.ts';
import type { CaseState } from '../../../cases/procedure-spec.ts';
import type { Requirement } from '../../../cases/requirement.ts';
import { specs } from '../../../cases/specs.ts';
import { badge, type Html, html, type Tone, timeTag } from '../../html.ts';

export const requirementTexts: Readonly<Record<Requirement, string>> = {
  contact: 'Out-of-band confirmation by an executive on file',
  'police-report': 'Police report, independently confirmed',
  'court-order': 'Court order of the proper jurisdiction, independently confirmed, its acts typed',
  'certificate-of-dissolution': 'Certificate of dissolution, independently confirmed',
  inactivity: 'No successful login for 180 days',
};

export const documentTexts: Readonly<Record<DocumentKind, string>> = {
  'police-report': 'police report',
  'court-order': 'court order',
  'certificate-of-dissolution': 'certificate of dissolution',
  other: 'other',
};

export const placeTexts: Readonly<Record<SourcePlace, string>> = {
  'official-website': "the authority's official website",
  'public-directory': 'a public directory',
  'own-records': 'our own records',
};

export const outcomeTexts: Readonly<Record<ContactOutcome, string>> = {
  confirmed: 'confirmed it',
  denied: 'denied it',
  'not-reached': 'was not reached',
};

export const sourceTexts: Readonly<Record<LoginSource, string>> = {
  devices: 'Devices',
  users: 'Users',
  'user-portal': 'User portal',
  'admin-portal': 'Admin portal',
};

const stateTones: Readonly<Record<CaseState, Tone>> = {
  unnamed: 'warn',
  gathering: 'calm',
  barred: 'bad',
  proposed: 'warn',
  'half-approved': 'warn',
  ordered: 'warn',
  answered: 'good',
  ceased: 'warn',
  extended: 'warn',
  upheld: 'warn',
  resumed: 'calm',
  closed: 'calm',
};

export function stateBadge(state: CaseState): Html {
  return badge(stateTones[state], state);
}

export function procedureText(procedure: Procedure | null): string {
  return procedure === null ? 'not named yet' : specs[procedure].title;
}

const dueTones: Readonly<Record<DueItem['state'], Tone>> = { coming: 'calm', soon: 'warn', overdue: 'bad' };

export function dueLine({ at, state, what }: DueItem): Html {
  return html`${badge(dueTones[state], state)} ${timeTag(at)} UTC: ${what}`;
}
