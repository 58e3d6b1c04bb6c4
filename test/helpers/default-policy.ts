import type { Policy } from '../../src/verdict/policy.ts';

/** What the configuration says unless it is told otherwise. */
export const defaultPolicy: Policy = {
  acceptSecondary: false,
  lookalikes: true,
  deferLimitMs: 12 * 60 * 60 * 1000,
  ownListIds: [],
};
