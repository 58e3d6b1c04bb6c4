/** Entry of the command line. The rest is imported once the compile cache stands. */
import { keepCompiled } from './compile-cache.ts';

keepCompiled();
await import('./command-line.ts');
