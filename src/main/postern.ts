/** Entry of the command line. The rest is imported once the compile cache stands. */
import './compile-cache.ts';

await import('./command-line.ts');
