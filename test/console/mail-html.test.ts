/** What is left of the HTML of a mail: a fixed list of elements and attributes, and nothing that acts or loads. */
import { describe, expect, it } from 'vitest';
import { mailFramePage, safeMailHtml } from '../../src/console/mail-html.ts';
import { safeFileName } from '../../src/console/save-as.ts';
import { hostileHtml } from './hostile-mail.ts';

const tags = (html: string): readonly string[] => html.match(/<[^>]*>/g) ?? [];

describe('the HTML of a mail', () => {
  it('keeps what the mail says and how it stands', () => {
    expect(safeMailHtml('<DIV Align=center><b>Hello</b> &amp; <i>welcome</i><br>&lt;you&gt;</DIV>')).toBe(
      '<div align="center"><b>Hello</b> &amp; <i>welcome</i><br>&lt;you&gt;</div>',
    );
    expect(safeMailHtml('<td style="color: #fff; background: #000">x</td>')).toBe(
      '<td style="color: #fff; background: #000">x</td>',
    );
  });

  it('shows where links lead and what pictures say', () => {
    const html = safeMailHtml('<a href="https://evil.example/?a=1&amp;b=2">our portal</a><img src="cid:1" alt="logo">');
    expect(html).toContain('our portal <span class="target" dir="ltr">⟨https://evil.example/?a=1&amp;b=2⟩</span>');
    expect(html).toContain('[picture in the mail: logo]');
    expect(html).not.toMatch(/href|src|<a|<img/);
  });

  it('loads nothing by way of a style', () => {
    for (const style of ['background:url(x)', 'background:image-set(x)', 'width:expression(1)', 'color:var(--x)']) {
      expect(safeMailHtml(`<p style="${style}">x</p>`)).toBe('<p>x</p>');
    }
  });

  it('keeps everything in its place, so that nothing is laid over where a link leads', () => {
    for (const style of [
      'position:fixed',
      ' Position : absolute',
      'margin-top:-20px',
      'margin: 0 0 -20px',
      'text-indent:-999px',
      'z-index:9',
      'transform:translate(0)',
      'opacity:0',
      'overflow:hidden',
      'overflow-x:hidden',
    ]) {
      expect(safeMailHtml(`<p style="color:red;${style}">x</p>`)).toBe('<p style="color:red">x</p>');
    }
    const fine = 'margin:4px 8px;background-color:#eee;margin-top:1px';
    expect(safeMailHtml(`<p style="${fine}">x</p>`)).toBe(`<p style="${fine}">x</p>`);
  });

  it('leaves nothing that acts, loads, names or leads', () => {
    const html = safeMailHtml(hostileHtml);
    expect(html).toContain('Seen text');
    expect(html).toContain('plain');
    for (const tag of tags(html)) {
      expect(tag).not.toMatch(
        / (?:on\w+|src|href|srcset|id|name|class="(?!link|target|picture)|background|action|formaction|poster|http-equiv|target)=/i,
      );
      expect(tag).not.toMatch(
        /^<\/?(?:script|style|link|meta|base|iframe|object|embed|form|input|button|svg|math|img|a|video|xmp|plaintext|noscript|template)\b/i,
      );
      expect(tag).not.toMatch(/url|\\|@|javascript/i);
    }
  });

  it.each([
    '<img src=x onerror=alert(1)//',
    '<<script>alert(1)//<</script>',
    '<p title="</p><script>alert(1)</script>">x',
    '<svg><p><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src onerror=alert(1)&gt;">',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<textarea></textarea><img src=x onerror=alert(1)></textarea>',
    '<title><img src=x onerror=alert(1)></title>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<scr\u0000ipt>alert(1)</scr\u0000ipt>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<p style="x:expression(alert(1));-moz-binding:url(x)">x</p>',
    '\u202e<b>\u2066turned',
  ])('writes no element that was not asked for: %j', (source) => {
    for (const tag of tags(safeMailHtml(source))) {
      expect(tag).toMatch(/^<\/?(?:p|b|table|span|div)(?: (?:class|dir|style)="[^"<>]*")*>$/);
    }
    expect(safeMailHtml(source)).not.toMatch(/[\u202e\u2066]/);
  });

  it('closes what the mail left open, and nothing beyond', () => {
    expect(safeMailHtml('<p>a\r\nb</p>')).toBe('<p>a\nb</p>');
    expect(safeMailHtml('<div><b>x')).toBe('<div><b>x</b></div>');
    expect(safeMailHtml('</body></html></div>x')).toBe('x');
  });

  it('writes deep nesting flat', () => {
    const html = safeMailHtml(`${'<div>'.repeat(50_000)}deep${'</div>'.repeat(50_000)}`);
    expect(html.match(/<div>/g)?.length).toBe(200);
    expect(html.match(/<\/div>/g)?.length).toBe(200);
    expect(html).toContain('deep');
  });

  it('stands in a page of ours', () => {
    expect(mailFramePage('</style></head><script>x</script>y')).toMatch(/<body>y<\/body><\/html>$/);
  });
});

describe('names of files that are saved', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\windows\\x.exe', 'C_windows_x.exe'],
    ['.bashrc', 'bashrc'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\r\nSet-Cookie: x=1.txt', 'aSet-Cookie_ x=1.txt'],
    ['CON.txt', '_CON.txt'],
    ['aux', '_aux'],
    ['trailing. . ', 'trailing'],
    ['\u0000', 'attachment'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(116)}.pdf`],
    ['Überblick "neu".txt', 'Überblick _neu_.txt'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });
});
