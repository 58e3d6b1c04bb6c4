/** A procedure's states and steps as a Mermaid diagram, from the same data that the procedure runs on. */
import type { CaseState, ProcedureSpec, Step } from './procedure-spec.ts';

/** `stateDiagram-v2`, one line per pair of states; steps that stay in a state are left out. */
export function mermaidOf(spec: ProcedureSpec): string {
  const moves = spec.steps.filter(({ from, to }) => from !== to);
  const pairs = Map.groupBy(moves, ({ from, to }) => `${idOf(from)} --> ${idOf(to)}`);
  const lines = [...pairs].map(([pair, steps]) => `    ${pair}: ${[...new Set(steps.map(labelOf))].join('<br/>')}`);
  return ['stateDiagram-v2', '    [*] --> unnamed', '    [*] --> gathering', ...lines, '    closed --> [*]', ''].join(
    '\n',
  );
}

/** A hyphen would end the name. */
function idOf(state: CaseState): string {
  return state.replaceAll('-', '_');
}

function labelOf({ on, when }: Step): string {
  return when === undefined ? on : `${on} (${when})`;
}
