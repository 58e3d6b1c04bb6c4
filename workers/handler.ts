/** What handles the jobs of one name, and the check that every name has exactly one. */
import type { HandlerDeps } from './deps.ts';

/** What is kept with the completed job. */
export type HandlerResult = { readonly kind: string; readonly messageId: string; readonly linkedTo: string | null };

export type Handler<Name extends string = string> = {
  /** Job name; jobs of this name come on the queue of the same name. */
  readonly name: Name;
  /** `payload` is what stands in Redis: to be validated. Throws `HopelessJob` when another attempt cannot help. */
  readonly handle: (payload: unknown, deps: HandlerDeps) => Promise<HandlerResult>;
};

/** The job is a dead letter at once: trying again gives the same. */
export class HopelessJob extends Error {
  override readonly name = 'HopelessJob';
}

/** Workers that lack a handler would leave jobs lying, and two for one name would race: refuse to start. */
export class HandlersIncomplete extends Error {
  override readonly name = 'HandlersIncomplete';
}

export function checkHandlers(handlers: readonly Handler[], jobNames: readonly string[]): void {
  for (const name of jobNames) {
    const found = handlers.filter((handler) => handler.name === name).length;
    if (found !== 1) throw new HandlersIncomplete(`job ${name} has ${found} handlers, needs exactly one`);
  }
  const stray = handlers.find((handler) => !jobNames.includes(handler.name));
  if (stray !== undefined) throw new HandlersIncomplete(`handler ${stray.name} is for no job`);
}
