/**
 * Turns at work that takes much memory: one at a time, and few in line. Two lines, so that a crowd of strangers does not
 * keep those out who were here before: the known go first, and neither line is without end.
 */
export type Line = 'known' | 'strangers';

export type Turns = {
  /** Whether somebody who comes now would get a turn. */
  hasRoom(line: Line): boolean;
  /** Rejects with `TooManyWait` at once when the line is full. */
  take<Result>(line: Line, work: () => Promise<Result>): Promise<Result>;
};

export class TooManyWait extends Error {
  override readonly name = 'TooManyWait';
}

/** @param most How many may wait in each line. */
export function createTurns(most: Readonly<Record<Line, number>>): Turns {
  const waiting: Readonly<Record<Line, (() => void)[]>> = { known: [], strangers: [] };
  let isTaken = false;
  const hasRoom = (line: Line): boolean => !isTaken || waiting[line].length < most[line];
  const next = (): void => {
    const go = waiting.known.shift() ?? waiting.strangers.shift();
    if (go === undefined) isTaken = false;
    else go();
  };
  return {
    hasRoom,
    async take(line, work) {
      if (!hasRoom(line)) throw new TooManyWait('too many wait for their turn');
      if (isTaken) await new Promise<void>((resolve) => waiting[line].push(resolve));
      isTaken = true;
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
}
