import { expect, test, vi } from 'vitest';
import { triedPatterns } from '../../src/classify/passage.ts';
import { allGroups } from '../../src/classify/request.ts';
import { warmUp } from '../../src/classify/warm-up.ts';

test('every pattern that rules try has been used twice before the first mail', () => {
  const uses = new Map<RegExp, number>();
  const spy = vi.spyOn(RegExp.prototype, 'test').mockImplementation(function used(this: RegExp, text: string) {
    uses.set(this, (uses.get(this) ?? 0) + 1);
    return this.exec(text) !== null;
  });
  try {
    warmUp();
  } finally {
    spy.mockRestore();
  }
  const rules = allGroups.flatMap((group) => group.rules);
  const patterns = [...rules.flatMap(({ all }) => all), ...triedPatterns];
  expect(patterns.length).toBeGreaterThan(500);
  expect(patterns.filter((pattern) => (uses.get(pattern) ?? 0) < 2)).toEqual([]);
});
