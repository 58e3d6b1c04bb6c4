/** All benchmarks, one after the other, each in a process of its own. `npm run bench -- gateway` runs one of them. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const all = ['gateway', 'large', 'domain', 'classify', 'workers', 'console'];
const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? all : wanted;
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')} (there are ${all.join(', ')})`);
  process.exit(64);
}

const [first] = cpus();
console.log(`${cpus().length} cores (${first?.model ?? 'unknown'}), Node ${process.version}, ${process.platform}`);
for (const name of chosen) {
  console.log(`\n== ${name}`);
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 70;
}
