/** Finding programs, and saying how to get them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** The path of a program, given by name or path, as the shell would find it; null when it is not there or may not be run. */
export function findExecutable(name: string): string | null {
  const { stdout } = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
  const path = (stdout ?? '').trim();
  return isAbsolute(path) ? path : null;
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
