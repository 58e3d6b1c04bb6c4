import { expect, it } from 'vitest';
import { rowId } from '../../src/records/row-id.ts';

it('makes ids that sort by time, and at the same time in the order in which they were made', () => {
  const at = Date.parse('2026-03-02T10:00:00Z');
  const ids = [at - 1, ...Array.from({ length: 2_000 }, () => at), at + 1, at * 10].map(rowId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[0-9a-z]{25}$/.test(id))).toBe(true);
});
