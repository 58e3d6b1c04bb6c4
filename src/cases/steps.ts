/** Steps that procedures share. */
import type { EventKind } from './event.ts';
import type { CaseState, Step } from './procedure-spec.ts';

/** What changes nothing that anybody decides on: mail comes in, evidence is looked at. */
const quietEvents: readonly EventKind[] = ['communication-joined', 'document-looked', 'contacts-changed'];

export function stay(state: CaseState, events: readonly EventKind[]): readonly Step[] {
  return events.map((on) => ({ from: state, on, to: state }));
}

/** Until staff have said which tenant and which procedure it is. */
export const unnamedSteps: readonly Step[] = [
  ...stay('unnamed', ['communication-joined']),
  { from: 'unnamed', on: 'named', to: 'gathering' },
  { from: 'unnamed', on: 'closed', to: 'closed' },
];

/** Gathering evidence: what every procedure knows. */
export const gatheringSteps: readonly Step[] = [
  ...stay('gathering', [
    ...quietEvents,
    'document-added',
    'document-confirmed',
    'document-refuted',
    'contact-made',
    'method-used',
    'method-checked-in',
  ]),
  { from: 'gathering', on: 'contact-made', to: 'barred', when: 'denied' },
  { from: 'gathering', on: 'closed', to: 'closed' },
  ...stay('barred', [...quietEvents]),
  { from: 'barred', on: 'closed', to: 'closed' },
  // The file stays readable, and who reads it stays recorded.
  ...stay('closed', ['document-looked']),
];

/** From a proposal by two approvals to a work order; whatever changes the evidence takes the proposal back. */
export function fourEyesSteps(changes: readonly EventKind[]): readonly Step[] {
  const takenBack: readonly EventKind[] = [
    'proposal-withdrawn',
    'document-added',
    'document-confirmed',
    'document-refuted',
    'contact-made',
    'method-used',
    'method-checked-in',
    ...changes,
  ];
  return [
    { from: 'gathering', on: 'proposed', to: 'proposed', when: 'nothing is missing' },
    ...(['proposed', 'half-approved'] as const).flatMap((from): readonly Step[] => [
      ...stay(from, quietEvents),
      ...takenBack.map((on): Step => ({ from, on, to: 'gathering' })),
      { from, on: 'contact-made', to: 'barred', when: 'denied' },
    ]),
    { from: 'proposed', on: 'approved', to: 'half-approved' },
    { from: 'half-approved', on: 'approved', to: 'ordered', when: 'by another person' },
    { from: 'half-approved', on: 'approval-expires', to: 'gathering', when: '24 hours' },
    ...stay('ordered', [...quietEvents, 'document-added', 'method-checked-in']),
    { from: 'ordered', on: 'work-order-answered', to: 'answered' },
    ...stay('answered', quietEvents),
    { from: 'answered', on: 'closed', to: 'closed' },
  ];
}
