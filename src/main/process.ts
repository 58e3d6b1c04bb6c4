/** Entry of a process under the supervisor. The rest is imported once the compile cache stands. */
import './compile-cache.ts';

await import('./role-process.ts');
