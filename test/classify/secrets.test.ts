import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSecrets, redact } from '../../src/classify/secrets.ts';
import { labelledMails, parts } from './labelled-mails.ts';

const kinds = (text: string) => findSecrets(text).map(({ kind }) => kind);
const found = (text: string) => findSecrets(text).map(({ start, end }) => text.slice(start, end));

describe('passwords in prose', () => {
  test.each([
    ['my password is Sunflower22!', 'Sunflower22!'],
    ['Password: hunter2', 'hunter2'],
    ['pwd=Qwerty_9', 'Qwerty_9'],
    ['the password for the ldap user is otter-88.', 'otter-88'],
    ['my password is "purple monkey dishwasher" ok', 'purple monkey dishwasher'],
    ['mon mot de passe est Cerise2019, merci', 'Cerise2019'],
    ['mdp : Nantes44!!', 'Nantes44!!'],
    ['Password:\nhunter2', 'hunter2'],
    ['use Winter2026! as password', 'Winter2026!'],
    ['login: bob / Winter2026!', 'Winter2026!'],
    ['my password is sunshine', 'sunshine'],
    ['postgres://app:s3cr3tpw@db.internal/x', 's3cr3tpw'],
    ['the PIN is 8841', '8841'],
  ])('%s', (text, secret) => {
    expect(found(text)).toContain(secret);
    expect(redact(text)).not.toContain(secret);
  });

  test.each([
    'My password is expired.',
    'the password is not working since yesterday',
    'Mon mot de passe est refusé depuis hier.',
    'The password must be 14 characters long.',
    'How do I reset my password?',
    'password: see attachment in the portal',
    'the password is wrong',
    'is the password case sensitive?',
  ])('none in: %s', (text) => {
    expect(kinds(text)).toEqual([]);
  });
});

describe('card numbers', () => {
  test.each(['4111111111111111', '4111 1111 1111 1111', '5555-5555-5555-4444', '378282246310005'])('%s', (number) => {
    expect(kinds(`charge ${number} please`)).toEqual(['card-number']);
  });

  test.each(['4111111111111112', '1234567890123456', '0000000000000000', '+49 4111 1111 1111 1111 1111 1111'])(
    'no card: %s',
    (number) => {
      expect(kinds(`call ${number} please`)).toEqual([]);
    },
  );
});

describe('redaction', () => {
  const mails = parts.flatMap((part) => labelledMails(part)).filter((mail) => mail.secrets.length > 0);

  test('takes out what it finds, wherever it stands, and finds nothing the second time', () => {
    for (const mail of mails) {
      const once = redact(mail.text);
      for (const value of found(mail.text)) expect(once.includes(value) && value.length >= 6).toBe(false);
      expect(redact(once)).toBe(once);
    }
  });

  test('no planted secret of the development part survives, but for a password of several plain words', () => {
    const surviving = mails
      .filter((mail) => mail.part === 'development')
      .flatMap((mail) => mail.secrets.filter(({ value }) => redact(mail.text).includes(value)));
    expect(surviving).toEqual([{ kind: 'password', value: 'harbour lights' }]);
  });

  test('a secret named once is removed everywhere', () => {
    expect(redact('My password is Heron-4711. I typed Heron-4711 twice.')).not.toContain('Heron-4711');
  });

  test('a random password after a colon never survives, whatever surrounds it', () => {
    const value = fc.stringMatching(/^[A-Za-z][A-Za-z0-9!#%_-]{4,20}[0-9]$/);
    fc.assert(
      fc.property(value, fc.string({ maxLength: 40 }), (secret, before) => {
        expect(redact(`${before}\npassword: ${secret}\nthanks`)).not.toContain(secret);
      }),
    );
  });

  test('spans are in order, inside the text and apart', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (noise) => {
        const text = `${noise} password is Abc123! ${noise} 4111111111111111`;
        let last = 0;
        for (const { start, end } of findSecrets(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
