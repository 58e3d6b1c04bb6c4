/**
 * The pages behind the link of a verification, for people who are no staff: GET shows the whole original and two buttons,
 * POST takes the answer. Mail scanners follow links and press no button. Every link that cannot be answered gets one and
 * the same page.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { OriginalMail, Shown } from '../reviews/asking.ts';
import type { Answer } from '../reviews/verification.ts';
import { assetPath } from './assets.ts';
import { facts, type Html, html, nothing, shown, shownLines, timeTag } from './html.ts';
import { securityHeaders } from './security-headers.ts';
import { type VerificationWords, verificationWords } from './verification-words.ts';

export type VerificationPorts = {
  /** Null for every link that cannot be answered, whatever the reason. */
  show(token: string): Promise<Shown | null>;
  /** Whether the answer was taken. */
  answer(token: string, answer: Answer): Promise<boolean>;
  /** Told of what kept a page from being shown. */
  failed(error: unknown): void;
};

const mostFormOctets = 1_024;

export function verificationPages(ports: VerificationPorts): Hono {
  const pages = new Hono();
  pages.use('/verify/*', securityHeaders);
  pages.use('/verify/*', bodyLimit({ maxSize: mostFormOctets, onError: (context) => context.html(neutral(), 413) }));
  pages.get('/verify/:token', async (context) => {
    const found = await ports.show(context.req.param('token'));
    return context.html(found === null ? neutral() : question(found));
  });
  pages.post('/verify/:token', async (context) => {
    const { answer } = await context.req.parseBody().catch(() => ({ answer: null }));
    if (answer !== 'confirmed' && answer !== 'denied') return context.html(neutral());
    const isTaken = await ports.answer(context.req.param('token'), answer);
    return context.html(isTaken ? thanks() : neutral());
  });
  // Without the address that was asked for: whoever reads the log could answer with it.
  pages.onError((error, context) => {
    ports.failed(error);
    context.header('retry-after', '60');
    return context.html(away(), 503);
  });
  return pages;
}

function question({ as, original }: Shown): Html {
  const words = verificationWords(original.language);
  const { no, text, title, yes } = words[as];
  return frame(
    title,
    html`<p>${text} ${words.never}</p>
${mailOf(original, words)}
<form method="post">
<button name="answer" value="confirmed">${yes}</button>
<button name="answer" value="denied">${no}</button>
</form>`,
    words.language,
  );
}

function mailOf(original: OriginalMail, words: VerificationWords): Html {
  const { asks, attachments, from, isCut, mailbox, receivedAt, subject, text } = original;
  return html`${facts([
    [words.from, shown(from)],
    [words.to, shown(mailbox)],
    [words.received, timeTag(receivedAt)],
    [words.subject, shown(subject)],
    asks === null ? null : [words.asks, words.kinds[asks]],
    attachments.length === 0 ? null : [words.attachments, html`${attachments.map((name) => html`${shown(name)} `)}`],
  ])}
<pre>${text === '' ? html`<em>${words.noText}</em>` : shownLines(text)}</pre>
${isCut ? html`<p><strong>${words.cut}</strong></p>` : nothing}`;
}

function thanks(): Html {
  return frame('Thank you', html`<p>Your answer was noted. You can close this page.</p>`);
}

function neutral(): Html {
  return frame('Nothing to answer here', html`<p>This link is not valid, or was answered, or its time is over.</p>`);
}

/** The same for every link, good or bad. */
function away(): Html {
  return frame('Not now', html`<p>Nothing was changed. Please open the link again in some minutes.</p>`);
}

function frame(title: string, body: Html, language = 'en'): Html {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="${assetPath('console.css')}">
</head>
<body class="outside">
<main id="main">
<div class="heading"><h1>${title}</h1></div>
${body ?? nothing}
</main>
</body>
</html>`;
}
