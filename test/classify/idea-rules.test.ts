import { describe, expect, test } from 'vitest';
import { classify } from '../../src/classify/classify.ts';
import { conceptsOf } from '../../src/classify/concepts.ts';
import { metIdeas } from '../../src/classify/idea-rules.ts';
import { costlyKinds } from '../../src/classify/request.ts';

const kindsOf = (text: string) => metIdeas(conceptsOf(text)).map(({ kind }) => kind);

describe('ideas that meet', () => {
  test.each([
    ['recovery-cessation', 'please do nothing for anyone here, not even me, until our chair has spoken to you'],
    ['recovery-cessation', 'ne faites rien pour qui que ce soit tant que la presidente ne vous aura pas parle'],
    [
      'recovery-preventative',
      'the lab was hacked, our admin was in it, nothing has happened yet, take him off as admin',
    ],
    [
      'recovery-disgruntled-admin',
      'our admin left on bad terms and keeps disabling people one by one, the police know',
    ],
    ['recovery-closure', 'the company was dissolved, which papers do you need to close its account'],
    ['recovery-mistake', 'i fat-fingered the roles and now there are 0 admins'],
    ['delete-account', 'we are not renewing: get rid of everything we have on your system'],
    ['become-admin', 'i am the new director, give me what he had, i need to be admin in place of the old one'],
  ] as const)('%s: %s', (kind, text) => {
    expect(kindsOf(text)).toContain(kind);
  });

  test('and are harmless where the matter is settled, only asked about or written down', () => {
    const cessation = 'do nothing for anyone here until our chair has spoken to you';
    expect(kindsOf(`never mind, it is all sorted: ${cessation}`)).toEqual([]);
    expect(kindsOf(`we are writing this into our handbook: ${cessation}`)).toEqual([]);
  });

  test('ask a person, and decide nothing', () => {
    const text = 'Please sit on your hands whatever we send, me included, until our chair has rung you.';
    const { request } = classify({ subject: '', text, attachmentNames: [] });
    expect(request.doubt || costlyKinds.has(request.kind)).toBe(true);
    expect(metIdeas([])).toEqual([]);
  });
});
