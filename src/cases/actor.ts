/** Who acts on a case. */

/** Roles of staff; only `trust` works on cases. */
export type StaffRole = 'viewer' | 'operator' | 'trust' | 'admin';

export type Staff = {
  readonly kind: 'staff';
  /** The person, the same on every way in: four eyes are told apart by it. */
  readonly id: string;
  readonly roles: readonly StaffRole[];
};

/** The gateway itself: mail that comes in, clocks that run out, directory imports. */
export type System = { readonly kind: 'system' };

/** Engineering's program, known by its token. It answers the work orders that it was sent, and does nothing else. */
export type Engineering = { readonly kind: 'engineering'; readonly id: string };

export type Actor = Staff | System | Engineering;

export const system: System = { kind: 'system' };

/** For the audit log. */
export function actorName(actor: Actor): string {
  return actor.kind === 'system' ? actor.kind : actor.id;
}
