/** A maildir (maildir(5)): written under `tmp`, then renamed into `new`. The name is made from the event, so that an event lies there once. */
import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { HandoffLinks } from '../../src/handoff/document.ts';
import { rebuiltMessage } from '../../src/handoff/rebuilt-message.ts';
import type { MaildirTarget } from '../../src/handoff/target.ts';
import { type FolderSync, folderMode, writeSynced } from './durable-file.ts';
import { causeOf, type Sender } from './sender.ts';

export type MaildirSenderOptions = {
  readonly target: MaildirTarget;
  readonly links: HandoffLinks;
  readonly syncFolder: FolderSync;
};

export function maildirSender({ links, syncFolder, target }: MaildirSenderOptions): Sender {
  const temporary = join(target.path, 'tmp');
  const fresh = join(target.path, 'new');
  const seen = join(target.path, 'cur');
  return {
    async send(document, { again }) {
      const name = `${Math.floor(document.at / 1_000)}.${document.event}.postern`;
      try {
        for (const folder of [temporary, fresh, seen]) await mkdir(folder, { recursive: true, mode: folderMode });
        if (again && (await isThere(name, fresh, seen))) return { kind: 'delivered' };
        const { from, to } = target;
        const path = join(temporary, name);
        await unlink(path).catch(() => undefined); // left by a worker that died
        await writeSynced(path, rebuiltMessage(document, { from, to, links }));
        await rename(path, join(fresh, name));
        await syncFolder(fresh);
        return { kind: 'delivered' };
      } catch (error) {
        return { kind: 'trouble', cause: causeOf(error) };
      }
    },
    close: () => Promise.resolve(),
  };
}

/** A reader moves the message to `cur` and adds `:2,` and flags to its name. */
async function isThere(name: string, fresh: string, seen: string): Promise<boolean> {
  const inNew = await stat(join(fresh, name)).then(
    () => true,
    () => false,
  );
  return inNew || (await readdir(seen)).some((file) => file === name || file.startsWith(`${name}:`));
}
