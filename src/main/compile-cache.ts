import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Compiled modules are kept beside the packages: half of a start is compiling. Not in the temporary directory, where
 * others could leave code for us to run; where it cannot be written, nothing is kept and nothing fails.
 */
export function keepCompiled(): void {
  enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/postern'));
}
