/** The default target: `<folder>/<day>/<event>.eml` and `.json`. Who sees the JSON finds the message complete beside it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt } from '../../src/handoff/attempt.ts';
import type { HandoffDocument, HandoffLinks } from '../../src/handoff/document.ts';
import { payloadOf } from '../../src/handoff/payload.ts';
import { rebuiltMessage } from '../../src/handoff/rebuilt-message.ts';
import type { FileTarget } from '../../src/handoff/target.ts';
import { type FolderSync, folderMode, replaceFile } from './durable-file.ts';
import { causeOf, type Sender } from './sender.ts';

export type FileSenderOptions = {
  readonly target: FileTarget;
  readonly links: HandoffLinks;
  readonly syncFolder: FolderSync;
};

export function fileSender({ links, syncFolder, target }: FileSenderOptions): Sender {
  const writer = fileWriter(target, syncFolder);
  return { send: (document) => writer.write(document, links), close: () => Promise.resolve() };
}

/** For whoever has other links with each document. */
export type FileWriter = { write(document: HandoffDocument, links: HandoffLinks): Promise<Attempt> };

export function fileWriter(target: FileTarget, syncFolder: FolderSync): FileWriter {
  let madeFolder = '';
  return {
    async write(document, links) {
      try {
        const folder = join(target.path, new Date(document.at).toISOString().slice(0, 10));
        if (folder !== madeFolder) {
          await mkdir(folder, { recursive: true, mode: folderMode });
          await syncFolder(target.path);
          madeFolder = folder;
        }
        const { from, to } = target;
        const json = Buffer.from(`${JSON.stringify(payloadOf(document, links), null, 2)}\n`);
        await replaceFile(join(folder, `${document.event}.eml`), rebuiltMessage(document, { from, to, links }));
        await replaceFile(join(folder, `${document.event}.json`), json);
        await syncFolder(folder);
        return { kind: 'delivered' };
      } catch (error) {
        madeFolder = '';
        return { kind: 'trouble', cause: causeOf(error) };
      }
    },
  };
}
