import { expect, test, vi } from 'vitest';
import { triedPatterns } from '../../src/classify/passage.ts';
import { englishGroups } from '../../src/classify/request-rules-en.ts';
import { frenchGroups } from '../../src/classify/request-rules-fr.ts';
import { indirectGroups } from '../../src/classify/request-rules-indirect.ts';
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
  const rules = [...englishGroups, ...frenchGroups, ...indirectGroups].flatMap((group) => group.rules);
  const patterns = [...rules.flatMap(({ all }) => all), ...triedPatterns];
  expect(patterns.length).toBeGreaterThan(500);
  expect(patterns.filter((pattern) => (uses.get(pattern) ?? 0) < 2)).toEqual([]);
});
