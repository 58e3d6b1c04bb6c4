/** X-PREVENT: the company was broken into elsewhere and fears for its tenant. */
import type { ProcedureSpec } from './procedure-spec.ts';
import { fourEyesSteps, gatheringSteps, stay, unnamedSteps } from './steps.ts';

export const preventative: ProcedureSpec = {
  procedure: 'preventative',
  title: 'Preventative access',
  requests: ['delete-admin', 'delete-tenant'],
  actions: ['delete-admin', 'delete-tenant'],
  needs: ['police-report', 'contact'],
  onRequest: [],
  steps: [...unnamedSteps, ...gatheringSteps, ...stay('gathering', ['request-set']), ...fourEyesSteps([])],
};
