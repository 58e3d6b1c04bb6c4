/** Finding programs, and saying how to get them. */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The program's path, or null when it is not there or may not be run. */
export function findExecutable(name: string, searchPath = process.env['PATH'] ?? ''): string | null {
  const candidates = isAbsolute(name) ? [name] : searchPath.split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

/** One command that installs Redis here. */
export function redisInstallCommand(): string {
  if (process.platform === 'darwin') return 'brew install redis';
  if (process.platform === 'win32') return 'use WSL and, in it: sudo apt-get install redis-server';
  const family = linuxFamily();
  if (/\b(?:debian|ubuntu)\b/.test(family)) return 'sudo apt-get update && sudo apt-get install -y redis-server';
  if (/\b(?:fedora|rhel|centos)\b/.test(family)) return 'sudo dnf install -y redis';
  if (/\balpine\b/.test(family)) return 'sudo apk add redis';
  if (/\barch\b/.test(family)) return 'sudo pacman -S redis';
  if (/\b(?:suse|opensuse)\b/.test(family)) return 'sudo zypper install redis';
  return "install Redis 6.2 or newer with this system's package manager";
}

/** `ID` and `ID_LIKE` of os-release(5). */
function linuxFamily(): string {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return lines.filter((line) => /^ID(?:_LIKE)?=/.test(line)).join(' ');
  } catch {
    return '';
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
