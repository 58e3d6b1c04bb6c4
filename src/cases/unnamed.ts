/** Cases that nobody has named, as they are looked at and closed many at once after a flood of bogus mail. */

export type UnnamedQuery = {
  /** Opened at or after, epoch milliseconds. */
  readonly from: number;
  /** Opened before. */
  readonly until: number;
  /** The claimed author: an address or a whole domain; null for any. */
  readonly author: string | null;
};

/** What somebody has looked at: a case to which mail was added since is not closed unread. */
export type SeenCase = { readonly id: string; readonly communications: number };

/** As many as are looked at together. */
export const mostUnnamed = 200;
