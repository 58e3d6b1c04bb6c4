import type { Wording } from './wording.ts';

export const english: Wording = {
  locale: 'en-GB',
  greeting: 'Hello,',
  closing: 'Kind regards',
  automatic: 'This message was written automatically.',
  never: 'We never ask for passwords, keys or card numbers, by mail or by phone.',
  outerSubject: 'A message from our support',
  subjects: {
    received: 'We have received your message',
    receipt: 'We have received your message',
    'not-entitled': 'About your message to our support',
    'channel-refused': 'Please write to us again over a safer channel',
    'never-done': 'Your message: what you can do yourself',
    'needs-authorization': 'Your request needs a second person',
    rotate: 'Please change what your message gave away',
    joined: 'Your message was added to your ticket',
  },
  reached: (when) => `Your message of ${when} has reached us.`,
  labels: { ticket: 'Ticket:', answerBy: 'You will have an answer by:', reference: 'Reference:' },
  joined: 'It was added to the ticket that is open already.',
  answerToAdd: 'If you want to add something, simply answer this message.',
  receipt: [
    'If it calls for an answer, a person will write to you.',
    'Requests about an account are handled only when its administrator makes them, from the address that we have on file or in the admin portal. Everybody who writes to us gets this same receipt; it does not say whether there is an account.',
  ],
  noKey: [
    'Your message has reached us. What else we have to say goes to you encrypted only, and there is no OpenPGP key of yours on file that we can encrypt to now.',
    'Please have a new key registered; until then the admin portal is the safe way to us.',
  ],
  notEntitled: {
    why: 'Support by mail is not part of your plan, so nobody will work on this message. We are sorry that we cannot do more here.',
    where: 'The knowledge base answers most questions:',
    buy: 'Would you like a plan with support by mail? Our sales team is glad to hear from you.',
  },
  channel: {
    why: (when) =>
      `We have not acted on your message of ${when}. Your contract asks for a safer way of writing than the one that it came by:`,
    sign: 'sign it with the OpenPGP key that we have on file for you',
    encryptSign: 'encrypt it to our OpenPGP key, and sign it with yours that we have on file',
    tls: 'let your mail server hand it to ours over an encrypted connection (TLS)',
    again: 'Please send it again in this way, or use the admin portal:',
  },
  neverDone: {
    why: 'Some of what it asks is never done by our staff, whoever asks. This protects you:',
    deeds: {
      credentials: 'setting, changing or resetting passwords, API keys or connect keys',
      'grant-access': 'giving somebody access to a resource',
      'tenant-change':
        'changing the data of an account, removing systems from it, locking accounts or adding administrators',
    },
    alone: 'As an administrator you can do it yourself, in the admin portal:',
    otherwise:
      'If the portal does not let you, tell us what you see there by answering this message. That would be a fault, and faults are ours to mend.',
  },
  authorization: [
    'A request of this kind is carried out only after somebody else who is responsible for the account has agreed to it. Nothing has been changed so far.',
    'A person looks at it now and takes the next step. You need not do anything.',
  ],
  rotate: {
    found: (kinds) =>
      `It seems to hold ${kinds}. Whatever was sent by mail should be taken as known to others: please change it now. We keep it out of our tickets and have no use for it.`,
    names: {
      password: 'a password',
      'private-key': 'a private key',
      'api-token': 'an access token or API key',
      'card-number': 'a card number',
    },
  },
};
