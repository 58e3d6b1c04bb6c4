/** The settings of policy that a deployment may choose; everything else is fixed by the rules. */
export type Policy = {
  /** W-SECONDARY: proven secondary addresses count like the primary one. */
  readonly acceptSecondary: boolean;
  /** R-LOOKALIKE is applied. */
  readonly lookalikes: boolean;
  /** Rule 3: a mail that was deferred for this long is judged as unproven. Milliseconds. */
  readonly deferLimitMs: number;
  /** W-SHARED: List-Ids of our own configured fronts, which are no foreign lists. Lower case. */
  readonly ownListIds: readonly string[];
};
