import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../src/intake/told-fields.ts';
import type { PartSummary } from '../../src/message/message.ts';

const part = (fileName: string | null): PartSummary => ({
  contentType: 'text/plain',
  fileName,
  disposition: null,
  size: 1,
  sha256: 'ab',
});
const secret = 'Heron-4711';

describe('what is told of a mail beside its text', () => {
  it.each([
    ['the subject', `My password is ${secret}`],
    ['the display name', `Ada, password: ${secret}`],
    ['the name of a file', `password is ${secret}.txt`],
  ])('holds no secret that %s names', (_name, text) => {
    const told = withoutSecrets({ subject: text, displayName: text, parts: [part(null), part(text)] }, '');
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(told.parts).toMatchObject([{ fileName: null }, { fileName: expect.stringContaining('removed') }]);
  });

  it('holds none that the text alone names', () => {
    const parts = [part(`${secret}.pdf`), part(null), part('letter.pdf')];
    const told = withoutSecrets({ subject: secret, displayName: `Ada ${secret}`, parts }, `My password is ${secret}.`);
    expect(told).toMatchObject({
      subject: '[password removed]',
      displayName: 'Ada [password removed]',
      parts: [{ fileName: '[password removed].pdf' }, { fileName: null }, { fileName: 'letter.pdf' }],
    });
  });

  it('is what it was where nothing names any', () => {
    const fields = { subject: 'Backup', displayName: 'Ada', parts: [part('a.pdf'), part(null)] };
    expect(withoutSecrets(fields, '')).toEqual(fields);
  });
});
