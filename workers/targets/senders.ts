import type { HandoffLinks } from '../../src/handoff/document.ts';
import type { FileTarget, HandoffTarget } from '../../src/handoff/target.ts';
import type { FolderSync } from './durable-file.ts';
import { maildirSender } from './maildir.ts';
import type { Sender } from './sender.ts';
import { type EnvelopeFrom, type OpenRelay, smtpSender } from './smtp.ts';
import { webhookSender } from './webhook.ts';

type Using = {
  readonly syncFolder: FolderSync;
  readonly openRelay: OpenRelay;
  readonly envelopeFrom: EnvelopeFrom;
  readonly openFile: (target: FileTarget, links: HandoffLinks) => Sender;
};

/** The sender of each target, by the target's name. */
export function createSenders(
  targets: readonly HandoffTarget[],
  links: HandoffLinks,
  using: Using,
): ReadonlyMap<string, Sender> {
  return new Map(targets.map((target) => [target.name, senderOf(target, links, using)]));
}

function senderOf(
  target: HandoffTarget,
  links: HandoffLinks,
  { envelopeFrom, openFile, openRelay, syncFolder }: Using,
): Sender {
  switch (target.kind) {
    case 'webhook':
      return webhookSender({ target, links });
    case 'smtp':
      return smtpSender({ target, links, openRelay, envelopeFrom });
    case 'maildir':
      return maildirSender({ target, links, syncFolder });
    case 'file':
      return openFile(target, links);
  }
}
