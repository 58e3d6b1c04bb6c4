import { cessation } from './cessation.ts';
import { closure } from './closure.ts';
import { disgruntledAdmin } from './disgruntled-admin.ts';
import { mistake } from './mistake.ts';
import { preventative } from './preventative.ts';
import type { Procedure } from './procedure.ts';
import type { ProcedureSpec, Step } from './procedure-spec.ts';
import { unnamedSteps } from './steps.ts';

export const specs: Readonly<Record<Procedure, ProcedureSpec>> = {
  'disgruntled-admin': disgruntledAdmin,
  closure,
  mistake,
  cessation,
  preventative,
};

/** The steps of a case; one that nobody has named can only be named or closed. */
export function stepsOf(procedure: Procedure | null): readonly Step[] {
  return procedure === null ? unnamedSteps : specs[procedure].steps;
}
