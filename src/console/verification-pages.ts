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

export type VerificationPorts = {
  /** Null for every link that cannot be answered, whatever the reason. */
  show(token: string): Promise<Shown | null>;
  /** Whether the answer was taken. */
  answer(token: string, answer: Answer): Promise<boolean>;
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
    const { answer } = await context.req.parseBody();
    if (answer !== 'confirmed' && answer !== 'denied') return context.html(neutral());
    const isTaken = await ports.answer(context.req.param('token'), answer);
    return context.html(isTaken ? thanks() : neutral());
  });
  return pages;
}

function question({ as, original }: Shown): Html {
  const isSender = as === 'sender';
  return frame(
    isSender ? 'Did you write this mail?' : 'Do you agree to this request?',
    html`<p>${
      isSender
        ? 'This mail names you as its sender. Say so only if you wrote exactly this.'
        : 'Somebody of your organisation asks this. Agree only if it is what your organisation wants.'
    } We never ask for a password or a key.</p>
${mailOf(original)}
<form method="post">
<button name="answer" value="confirmed">${isSender ? 'Yes, I wrote this' : 'Yes, I agree'}</button>
<button name="answer" value="denied">${isSender ? 'No, this was not me' : 'No, I do not agree'}</button>
</form>`,
  );
}

function mailOf({ attachments, from, mailbox, receivedAt, subject, text }: OriginalMail): Html {
  return html`${facts([
    ['From', shown(from)],
    ['To', shown(mailbox)],
    ['Received (UTC)', timeTag(receivedAt)],
    ['Subject', shown(subject)],
    attachments.length === 0 ? null : ['Attachments', html`${attachments.map((name) => html`${shown(name)} `)}`],
  ])}
<pre>${text === '' ? html`<em>There is no text to show here.</em>` : shownLines(text)}</pre>`;
}

function thanks(): Html {
  return frame('Thank you', html`<p>Your answer was noted. You can close this page.</p>`);
}

function neutral(): Html {
  return frame('Nothing to answer here', html`<p>This link is not valid, or was answered, or its time is over.</p>`);
}

function frame(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
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
