/** How many notices an address, and all addresses together, may be sent. Pure; the counts are kept in the records. */
import { withoutSubaddress } from '../address/mailbox.ts';
import { type Notice, noticeKinds } from './notice.ts';

/** So many within a span that begins with the first of them. */
export type Limit = {
  readonly key: string;
  readonly most: number;
  readonly spanMs: number;
  /** For staff: why a notice was not sent. */
  readonly cause: string;
};

export type LimitSettings = {
  /** At most one of a kind to an address within this. */
  readonly windowMs: number;
  readonly perAddressPerDay: number;
  readonly perHour: number;
};

const hourMs = 3_600_000;

/** In the order in which they are asked; the first that is used up ends it. */
export function limitsOf(notice: Notice, settings: LimitSettings): readonly Limit[] {
  const address = withoutSubaddress(notice.to.address);
  const kind = limitKindOf(notice);
  return [
    {
      key: `kind ${kind} ${address}`,
      most: 1,
      spanMs: settings.windowMs,
      cause: 'one of this kind was sent to this address a short while ago',
    },
    {
      key: `address ${address}`,
      most: settings.perAddressPerDay,
      spanMs: 24 * hourMs,
      cause: 'this address was sent as many notices as it may be in a day',
    },
    {
      key: 'all',
      most: settings.perHour,
      spanMs: hourMs,
      cause: 'as many notices as may be sent in an hour were sent',
    },
  ];
}

/** The counts that name an address, as far as they are known without a case: what erasing a person takes away. */
export function limitKeysAbout(address: string): readonly string[] {
  const folded = withoutSubaddress(address);
  const kinds = noticeKinds.flatMap((kind) => [kind, `${kind} rotate`]);
  return [`address ${folded}`, ...kinds.map((kind) => `kind ${kind} ${folded}`)];
}

/** What counts as one of a kind: to be told of a secret is another thing than to be told that a mail arrived. */
function limitKindOf(notice: Notice): string {
  return notice.rotate.length === 0 ? notice.kind : `${notice.kind} rotate`;
}
