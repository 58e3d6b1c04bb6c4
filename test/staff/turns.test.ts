/** Turns at heavy work: one at a time, the known first, and no line without end. */
import { describe, expect, it } from 'vitest';
import { createTurns, type Line, TooManyWait } from '../../src/staff/turns.ts';

type Piece = { readonly done: Promise<string>; finish(): void };

describe('turns', () => {
  function begin(most = { known: 2, strangers: 2 }) {
    const turns = createTurns(most);
    const started: string[] = [];
    const take = (line: Line, name: string): Piece => {
      let finish: () => void = () => undefined;
      const end = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const done = turns.take(line, async () => {
        started.push(name);
        await end;
        return name;
      });
      return { done, finish };
    };
    return { turns, started, take };
  }

  it('come one by one, the known first', async () => {
    const { started, take } = begin();
    const pieces = [take('strangers', 'a'), take('strangers', 'b'), take('known', 'c'), take('strangers', 'd')];
    expect(started).toEqual(['a']);
    for (const index of [0, 2, 1, 3]) {
      pieces[index]?.finish();
      await pieces[index]?.done;
    }
    expect(started).toEqual(['a', 'c', 'b', 'd']);
  });

  it('are refused at once when the own line is full, and only then', async () => {
    const { take, turns } = begin();
    const pieces = [take('strangers', 'a'), take('strangers', 'b'), take('strangers', 'c')];
    expect([turns.hasRoom('strangers'), turns.hasRoom('known')]).toEqual([false, true]);
    await expect(take('strangers', 'd').done).rejects.toBeInstanceOf(TooManyWait);
    pieces.push(take('known', 'e'));
    for (const piece of pieces) piece.finish();
    expect(await Promise.all(pieces.map(({ done }) => done))).toEqual(['a', 'b', 'c', 'e']);
    expect([turns.hasRoom('strangers'), turns.hasRoom('known')]).toEqual([true, true]);
  });

  it('go on when work fails', async () => {
    const { turns } = begin({ known: 1, strangers: 1 });
    const failing = turns.take('known', () => Promise.reject(new Error('no')));
    const after = turns.take('known', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await after).toBe('yes');
    expect(await turns.take('known', async () => 'again')).toBe('again');
  });
});
