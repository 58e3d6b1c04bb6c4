/** X-MISTAKE: general mistakes or malfeasance; a court says what is to be done. */
import type { ProcedureSpec } from './procedure-spec.ts';
import { fourEyesSteps, gatheringSteps, stay, unnamedSteps } from './steps.ts';

export const mistake: ProcedureSpec = {
  procedure: 'mistake',
  title: 'Mistake or malfeasance',
  requests: ['court-ordered'],
  actions: ['court-ordered'],
  needs: ['contact', 'court-order'],
  onRequest: [],
  steps: [...unnamedSteps, ...gatheringSteps, ...stay('gathering', ['order-typed']), ...fourEyesSteps(['order-typed'])],
};
