/** The procedures as data: complete, closed, and drawn. */
import { describe, expect, it } from 'vitest';
import { orderedKinds } from '../../src/cases/action.ts';
import { mermaidOf } from '../../src/cases/diagram.ts';
import { procedures } from '../../src/cases/procedure.ts';
import { specs } from '../../src/cases/specs.ts';

describe.each(procedures)('%s', (procedure) => {
  const spec = specs[procedure];

  it('has no state without a way in, and none but the end without a way out', () => {
    const entered = new Set([...spec.steps.filter(({ from, to }) => from !== to).map(({ to }) => to), 'unnamed']);
    const left = new Set(spec.steps.filter(({ from, to }) => from !== to).map(({ from }) => from));
    const used = new Set(spec.steps.flatMap(({ from, to }) => [from, to]));
    expect([...used].filter((state) => !entered.has(state))).toEqual([]);
    expect([...used].filter((state) => !left.has(state))).toEqual(['closed']);
  });

  it('names no step twice', () => {
    const names = spec.steps.map(({ from, on, to }) => `${from} ${on} ${to}`);
    expect(names.length).toBe(new Set(names).size);
  });

  it('is drawn from what it runs on', () => {
    const drawn = mermaidOf(spec);
    expect(drawn.startsWith('stateDiagram-v2\n')).toBe(true);
    const lines = drawn.split('\n');
    for (const { from, on, to } of spec.steps.filter((step) => step.from !== step.to)) {
      const [left, right] = [from, to].map((state) => state.replaceAll('-', '_'));
      const line = lines.find((text) => text.startsWith(`    ${left} --> ${right}: `));
      expect(line, `${from} ${on} ${to}`).toContain(on);
    }
  });
});

it('no act adds an admin, and only a court order opens more than deletion', () => {
  const actions = new Set(procedures.flatMap((procedure) => specs[procedure].actions));
  expect(actions).toEqual(new Set(['delete-admin', 'delete-tenant', 'court-ordered']));
  expect(orderedKinds.filter((kind) => /add|grant|create/.test(kind))).toEqual([]);
  const ordered = procedures.filter((procedure) => specs[procedure].actions.includes('court-ordered'));
  expect(ordered).toEqual(['mistake']);
});
