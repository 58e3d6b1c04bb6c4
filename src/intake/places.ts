/**
 * Places for mails in hand. Once half of them are taken, one client has a small share of the rest: whoever sends slowly
 * over many connections fills half of them and leaves the others to everybody else.
 */

export type PlacesOptions = {
  /** Mails in hand at once in this process. */
  readonly all: number;
  /** Of one client while half of the places or more are taken. */
  readonly perClient: number;
};

export type Places = {
  /** Takes a place for a client; what gives it back, or null when there is none. A null client has no share of its own. */
  take(client: string | null): (() => void) | null;
};

export function createPlaces({ all, perClient }: PlacesOptions): Places {
  const byClient = new Map<string, number>();
  let taken = 0;
  const count = (client: string | null, by: 1 | -1): void => {
    taken += by;
    if (client === null) return;
    const after = (byClient.get(client) ?? 0) + by;
    if (after > 0) byClient.set(client, after);
    else byClient.delete(client);
  };
  return {
    take(client) {
      if (taken >= all) return null;
      const own = client === null ? 0 : (byClient.get(client) ?? 0);
      if (own >= perClient && taken >= all / 2) return null;
      count(client, 1);
      let isTaken = true;
      return () => {
        if (isTaken) count(client, -1);
        isTaken = false;
      };
    },
  };
}
