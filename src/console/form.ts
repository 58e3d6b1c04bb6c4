/** Forms: what they carry and how they are read. */
import type { ConsoleContext } from './environment.ts';
import { type Html, html, nothing, raw } from './html.ts';

/** A form that posts to this console, with the token of its session. */
export function postForm(
  context: ConsoleContext,
  action: string,
  body: Html,
  options: {
    readonly className?: string;
    readonly upload?: boolean;
    /** Further attributes, for a client module. */
    readonly attributes?: Readonly<Record<string, string>>;
  } = {},
): Html {
  const token = context.get('who')?.formToken;
  const attributes = Object.entries(options.attributes ?? {}).map(([name, value]) => html` ${raw(name)}="${value}"`);
  return html`<form method="post" action="${action}" class="${options.className ?? 'form'}"${options.upload === true ? raw(' enctype="multipart/form-data"') : nothing}${attributes}>
${token === undefined ? nothing : html`<input type="hidden" name="form_token" value="${token}">`}
${body}
</form>`;
}

/** One button that does one thing. */
export function actionButton(
  context: ConsoleContext,
  action: string,
  text: string,
  options: {
    readonly tone?: 'plain' | 'secondary' | 'danger' | 'quiet';
    readonly label?: string;
    readonly fields?: Readonly<Record<string, string>>;
  } = {},
): Html {
  const hidden = Object.entries(options.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const label = options.label === undefined ? nothing : html` aria-label="${options.label}"`;
  return postForm(
    context,
    action,
    html`${hidden}<button class="button ${options.tone ?? 'secondary'}"${label}>${text}</button>`,
    { className: 'inline-form' },
  );
}

/** The text fields of a posted form; files and repeated fields are left out. */
export async function formTexts(context: ConsoleContext): Promise<(name: string) => string> {
  const form = await context.req.parseBody();
  return (name) => {
    const value = form[name];
    return typeof value === 'string' ? value : '';
  };
}

/** The text of a file that was sent, or of the field of that name; null when it is not UTF-8. */
export async function formFile(context: ConsoleContext, name: string): Promise<string | null> {
  const form = await context.req.parseBody();
  const value = form[name];
  if (typeof value === 'string') return value.replace(/\r\n/g, '\n');
  if (!(value instanceof File)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await value.arrayBuffer());
  } catch {
    return null;
  }
}
