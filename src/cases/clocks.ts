/**
 * Every time span of the procedures, in milliseconds (POLICY "Extraordinary account recovery"). A span that must have
 * passed has passed at its last millisecond (`>=`); what must happen within one is too late at that moment (`<`).
 */
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A contact on file counts when it stood unchanged for this long before the case. */
export const contactAgeMs = 30 * dayMs;
/** X-CLOSURE: no successful login for this long. */
export const inactivityMs = 180 * dayMs;
/** A reading of the logins says nothing about the days after it: how old it may be when it is relied on. */
export const readingAgeMs = 3 * dayMs;
/** X-CESSATION: how long support is ceased without a police report or court order. */
export const cessationMs = 24 * hourMs;
/** By how much a clock that was set right is taken to have been wrong: more makes the start of a cessation doubtful. */
export const clockErrorMs = hourMs;
/** How long after the first approval the second one may be given. */
export const secondApprovalMs = 24 * hourMs;
/** Whoever is let in approves nothing for this long: others have time to notice. */
export const freshAccessMs = 7 * dayMs;
/** How long a work order may be carried out. */
export const workOrderMs = 7 * dayMs;
