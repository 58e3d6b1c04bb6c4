/** X-CESSATION: the company asks that its tenant's support requests be ignored. Deletes nothing. */
import type { EventKind } from './event.ts';
import type { CaseState, ProcedureSpec, Step } from './procedure-spec.ts';
import { gatheringSteps, stay, unnamedSteps } from './steps.ts';

const always: readonly EventKind[] = ['communication-joined', 'document-looked', 'contacts-changed', 'document-added'];

function inForce(from: CaseState): readonly Step[] {
  return [
    ...stay(from, [...always, 'document-confirmed', 'document-refuted']),
    { from, on: 'document-confirmed', to: 'upheld', when: 'received in time' },
    { from, on: 'cessation-ended', to: 'resumed' },
  ];
}

export const cessation: ProcedureSpec = {
  procedure: 'cessation',
  title: 'Cessation of support',
  requests: ['cease-support'],
  actions: [],
  needs: ['contact'],
  onRequest: [],
  steps: [
    ...unnamedSteps,
    ...gatheringSteps,
    { from: 'gathering', on: 'cessation-started', to: 'ceased', when: 'an executive has confirmed' },
    // Evidence that was confirmed before the start.
    { from: 'gathering', on: 'cessation-started', to: 'upheld', when: 'with confirmed evidence' },
    ...inForce('ceased'),
    { from: 'ceased', on: 'window-ends', to: 'extended', when: '24 hours, evidence received and not yet confirmed' },
    { from: 'ceased', on: 'window-ends', to: 'resumed', when: '24 hours, no evidence' },
    ...inForce('extended'),
    { from: 'extended', on: 'document-refuted', to: 'resumed', when: 'the last one' },
    ...stay('upheld', [...always, 'document-confirmed', 'document-refuted']),
    { from: 'upheld', on: 'cessation-ended', to: 'resumed' },
    { from: 'upheld', on: 'document-refuted', to: 'ceased', when: 'within the 24 hours' },
    { from: 'upheld', on: 'document-refuted', to: 'extended', when: 'others wait for confirmation' },
    { from: 'upheld', on: 'document-refuted', to: 'resumed', when: 'after the 24 hours, none is left' },
    ...stay('resumed', [...always, 'document-confirmed', 'document-refuted', 'cessation-lapsed', 'request-ignored']),
    { from: 'resumed', on: 'document-added', to: 'extended', when: 'came by mail within the 24 hours' },
    { from: 'resumed', on: 'closed', to: 'closed' },
    // Later requests are recorded with the case that lapsed.
    ...stay('closed', ['request-ignored']),
  ],
};
