/** Places for what holds memory or a connection for long: so many of one session, so many in all. */
export type Places = {
  /** Gives the place back, as often as it is called. Null when there is none left. */
  open(session: string): (() => void) | null;
};

export type PlaceLimits = {
  readonly ofSession: number;
  readonly inAll: number;
};

export function createPlaces({ inAll, ofSession }: PlaceLimits): Places {
  const open = new Map<string, number>();
  let all = 0;
  return {
    open(session) {
      const own = open.get(session) ?? 0;
      if (own >= ofSession || all >= inAll) return null;
      open.set(session, own + 1);
      all += 1;
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        all -= 1;
        const left = (open.get(session) ?? 1) - 1;
        if (left === 0) open.delete(session);
        else open.set(session, left);
      };
    },
  };
}
