/** Who has which item in hand, so that two people do not work on the same one. */
import type { Review } from '../../../records/reviews.ts';
import type { ConsolePorts } from '../../ports.ts';

/** Items that are looked through for a free one. */
const mostHeld = 50;

/** The next open item that nobody else has in hand; null when there is none. */
export async function nextFree(
  ports: Pick<ConsolePorts, 'reviews' | 'reviewClaims' | 'now'>,
  me: string,
  after: Pick<Review, 'opened_at' | 'message_id'>,
): Promise<Review | null> {
  const [items, claims] = await Promise.all([
    ports.reviews.list({ state: 'open', limit: mostHeld, after }),
    ports.reviewClaims.standing(ports.now()),
  ]);
  return items.find(({ message_id: id }) => (claims.get(id)?.actor ?? me) === me) ?? null;
}
