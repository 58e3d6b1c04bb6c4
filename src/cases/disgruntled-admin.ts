/** X-DISGRUNTLED: an admin turned against the company. */
import type { ProcedureSpec } from './procedure-spec.ts';
import { fourEyesSteps, gatheringSteps, stay, unnamedSteps } from './steps.ts';

export const disgruntledAdmin: ProcedureSpec = {
  procedure: 'disgruntled-admin',
  title: 'Disgruntled admin',
  requests: ['delete-admin'],
  // The tenant, when that admin is the sole one.
  actions: ['delete-admin', 'delete-tenant'],
  needs: ['police-report', 'contact'],
  onRequest: [],
  steps: [...unnamedSteps, ...gatheringSteps, ...stay('gathering', ['request-set']), ...fourEyesSteps([])],
};
