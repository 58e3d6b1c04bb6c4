/** Entry of a process under the supervisor. The rest is imported once the compile cache stands. */
import { keepCompiled } from './compile-cache.ts';

keepCompiled();
await import('./role-process.ts');
