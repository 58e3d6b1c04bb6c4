/** X-CLOSURE: the company is bankrupt or closed, and nobody has logged in for 180 days. */
import type { ProcedureSpec } from './procedure-spec.ts';
import { fourEyesSteps, gatheringSteps, stay, unnamedSteps } from './steps.ts';

export const closure: ProcedureSpec = {
  procedure: 'closure',
  title: 'Bankruptcy or closure',
  requests: ['delete-tenant'],
  actions: ['delete-tenant'],
  needs: ['inactivity', 'certificate-of-dissolution'],
  onRequest: ['contact'],
  steps: [
    ...unnamedSteps,
    ...gatheringSteps,
    ...stay('gathering', ['activity-added', 'contact-required']),
    { from: 'gathering', on: 'activity-added', to: 'barred', when: 'a login within 180 days' },
    ...fourEyesSteps(['activity-added', 'contact-required']),
    { from: 'proposed', on: 'activity-added', to: 'barred', when: 'a login within 180 days' },
    { from: 'half-approved', on: 'activity-added', to: 'barred', when: 'a login within 180 days' },
  ],
};
