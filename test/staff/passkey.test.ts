/** Passkeys without a browser: where there are any, and whose an answer is. */
import { describe, expect, it } from 'vitest';
import { additionOptions, checkAssertion, parseAssertion, relyingPartyOf } from '../../src/staff/passkey.ts';

describe('the relying party of an address', () => {
  it.each([
    ['https://console.example.com', { id: 'console.example.com', origin: 'https://console.example.com' }],
    ['https://console.example.com:8443/x', { id: 'console.example.com', origin: 'https://console.example.com:8443' }],
    ['http://localhost:8025', { id: 'localhost', origin: 'http://localhost:8025' }],
    ['http://console.example.com', null], // what a browser never offers, and anybody on the way could answer for
    ['http://localhost.example.com', null],
    ['https://192.0.2.1', null],
    ['https://[2001:db8::1]:8025', null],
    ['console.example.com', null],
  ])('%s', (address, party) => {
    expect(relyingPartyOf(address)).toEqual(party);
  });
});

describe('an answer', () => {
  const party = { id: 'localhost', origin: 'http://localhost:8025' };
  const passkey = {
    id: 'AAAA',
    name: 'grace',
    label: 'phone',
    publicKey: 'AAAA',
    counter: 0,
    transports: [],
    isSynced: false,
    createdAt: 0,
    lastUsedAt: null,
  };
  const answerBy = (userHandle: string | null) => {
    const response = { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA', userHandle };
    const answer = parseAssertion(JSON.stringify({ id: 'AAAA', rawId: 'AAAA', type: 'public-key', response }));
    if (answer === null) throw new Error('no answer');
    return checkAssertion(party, 'AAAA', answer, passkey);
  };
  const handleOf = async (name: string) => (await additionOptions(party, name, [])).user.id;

  it('that names another user than the key is kept for is nobody’s, before anything of it is checked', async () => {
    expect(await answerBy(await handleOf('ada'))).toEqual({ ok: false, cause: 'owner' });
    expect(await answerBy('')).toEqual({ ok: false, cause: 'owner' });
    // The same nonsense by the owner, and by a key that names nobody: what is wrong is the signature.
    expect(await answerBy(await handleOf('grace'))).toEqual({ ok: false, cause: 'signature' });
    expect(await answerBy(null)).toEqual({ ok: false, cause: 'signature' });
  });
});
