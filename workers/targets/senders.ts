import type { HandoffLinks } from '../../src/handoff/document.ts';
import type { HandoffTarget } from '../../src/handoff/target.ts';
import type { FolderSync } from './durable-file.ts';
import { fileSender } from './file.ts';
import { maildirSender } from './maildir.ts';
import type { Sender } from './sender.ts';
import { smtpSender } from './smtp.ts';
import { webhookSender } from './webhook.ts';

/** The sender of each target, by the target's name. */
export function createSenders(
  targets: readonly HandoffTarget[],
  links: HandoffLinks,
  syncFolder: FolderSync,
): ReadonlyMap<string, Sender> {
  return new Map(targets.map((target) => [target.name, senderOf(target, links, syncFolder)]));
}

function senderOf(target: HandoffTarget, links: HandoffLinks, syncFolder: FolderSync): Sender {
  switch (target.kind) {
    case 'webhook':
      return webhookSender({ target, links });
    case 'smtp':
      return smtpSender({ target, links });
    case 'maildir':
      return maildirSender({ target, links, syncFolder });
    case 'file':
      return fileSender({ target, links, syncFolder });
  }
}
