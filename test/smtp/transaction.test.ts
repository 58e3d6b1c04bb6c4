import { describe, expect, it } from 'vitest';
import { createRecipientBook } from '../../src/smtp/recipients.ts';
import { addRecipient, openTransaction, type Transaction } from '../../src/smtp/transaction.ts';

const book = createRecipientBook([
  { address: 'support@postern.test', department: 'support', aliases: ['help@postern.test'] },
  { address: 'Sales@Postern.TEST', department: 'sales' },
  { address: 'hilfe@bücher.test', department: 'support' },
]);

function open(argument: string): Transaction | string {
  const result = openTransaction(argument, 1_000);
  return result.ok ? result.transaction : `${result.refusal.reply.code} ${result.refusal.reply.enhanced}`;
}

const started: Transaction = { mailFrom: '', smtpUtf8: false, recipients: [], mailboxes: [] };

function add(argument: string, transaction = started, atMost = 10): Transaction | string {
  const result = addRecipient(transaction, argument, book, atMost);
  return result.ok ? result.transaction : `${result.refusal.reply.code} ${result.refusal.reply.enhanced}`;
}

describe('MAIL', () => {
  it.each([
    ['FROM:<ada@example.com>', 'ada@example.com'],
    ['from:<Ada@EXAMPLE.com>', 'ada@example.com'],
    ['FROM: <ada@example.com>', 'ada@example.com'],
    ['FROM:<>', ''],
    ['FROM:<@relay.example,@other.example:ada@example.com>', 'ada@example.com'],
    ['FROM:<"ada"@example.com>', 'ada@example.com'],
    ['FROM:<"a > b"@example.com>', '"a > b"@example.com'],
    ['FROM:<bounce@_srv.example.com>', 'bounce@_srv.example.com'],
    ['FROM:<ada@[192.0.2.1]>', 'ada@[192.0.2.1]'],
    ['FROM:<ada@xn--corp-.com>', 'ada@xn--corp-.com'],
    ['FROM:<ada@xn--corp-a.com>', 'ada@xn--corp-a.com'],
    ['FROM:<\u212aarl@example.com> SMTPUTF8', '\u212aarl@example.com'],
    ['FROM:<ada@corp\u3002test> SMTPUTF8', 'ada@corp\u3002test'],
    ['FROM:<ada@bücher.example> SMTPUTF8', 'ada@xn--bcher-kva.example'],
    ['FROM:<ada@example.com> SIZE=1000 BODY=8BITMIME', 'ada@example.com'],
  ])('%s is from %j', (argument, mailFrom) => {
    expect(open(argument)).toMatchObject({ mailFrom });
  });

  it.each([
    ['FROM:ada@example.com', '501 5.1.7'],
    ['FROM:<ada>', '501 5.1.7'],
    ['FROM:<ada@example.com', '501 5.1.7'],
    ['FROM:<a@b@example.com>', '501 5.1.7'],
    ['FROM:<ada@example.com>x', '501 5.1.7'],
    ['FROM:<ada@example.com\t>', '501 5.1.7'],
    ['FROM:<a\u200bda@example.com> SMTPUTF8', '501 5.1.7'],
    [`FROM:<${'a'.repeat(250)}@example.com>`, '501 5.1.7'],
    ['TO:<ada@example.com>', '501 5.1.7'],
    ['', '501 5.1.7'],
    ['FROM:<ada@example.com> SIZE=1001', '552 5.3.4'],
    ['FROM:<ada@example.com> SIZE=99999999999999999999', '552 5.3.4'],
    ['FROM:<ada@example.com> SIZE=-1', '501 5.5.4'],
    ['FROM:<ada@example.com> SIZE', '501 5.5.4'],
    ['FROM:<ada@example.com> SIZE=1 SIZE=1', '501 5.1.7'],
    ['FROM:<ada@example.com> BODY=BINARYMIME', '501 5.5.4'],
    ['FROM:<ada@example.com> SMTPUTF8=yes', '501 5.5.4'],
    ['FROM:<ada@example.com> RET=FULL', '555 5.5.4'],
    ['FROM:<ada@example.com> AUTH=<>', '555 5.5.4'],
    ['FROM:<ädä@example.com>', '553 5.6.7'],
  ])('%s is refused with %s', (argument, code) => {
    expect(open(argument)).toBe(code);
  });
});

describe('RCPT', () => {
  it.each([
    ['TO:<support@postern.test>', 'support@postern.test', 'support@postern.test'],
    ['to: <SUPPORT@POSTERN.TEST>', 'support@postern.test', 'support@postern.test'],
    ['TO:<support+tag@postern.test>', 'support+tag@postern.test', 'support@postern.test'],
    ['TO:<support+@postern.test>', 'support+@postern.test', 'support@postern.test'],
    ['TO:<help+a+b@postern.test>', 'help+a+b@postern.test', 'support@postern.test'],
    ['TO:<"support"@postern.test>', 'support@postern.test', 'support@postern.test'],
    ['TO:<@relay.example:sales@postern.test>', 'sales@postern.test', 'sales@postern.test'],
    ['TO:<hilfe@xn--bcher-kva.test>', 'hilfe@xn--bcher-kva.test', 'hilfe@xn--bcher-kva.test'],
  ])('%s is %s in %s', (argument, recipient, mailbox) => {
    expect(add(argument)).toMatchObject({ recipients: [recipient], mailboxes: [{ address: mailbox }] });
  });

  it.each([
    ['TO:<root@postern.test>', '550 5.1.1'],
    ['TO:<+support@postern.test>', '550 5.1.1'],
    ['TO:<support@postern.test.>', '550 5.1.1'],
    ['TO:<support@sub.postern.test>', '550 5.1.1'],
    ['TO:<support@xn--postern-.test>', '550 5.1.1'],
    ['TO:<support%postern.test@postern.test>', '550 5.1.1'],
    ['TO:<support@[127.0.0.1]>', '550 5.1.1'],
    ['TO:<postmaster>', '550 5.1.1'],
    ['TO:<>', '501 5.1.3'],
    ['TO:support@postern.test', '501 5.1.3'],
    ['TO:<support@postern.test> NOTIFY=NEVER', '555 5.5.4'],
    ['TO:<hilfe@bücher.test>', '553 5.6.7'],
  ])('%s is refused with %s', (argument, code) => {
    expect(add(argument)).toBe(code);
  });

  it('compares domains as A-labels when the mail is internationalised', () => {
    const utf8 = { ...started, smtpUtf8: true };
    expect(add('TO:<hilfe@bücher.test>', utf8)).toMatchObject({ recipients: ['hilfe@xn--bcher-kva.test'] });
    expect(add('TO:<support@postern\u3002test>', utf8)).toBe('550 5.1.1');
    expect(add('TO:<\u017fupport@postern.test>', utf8)).toBe('550 5.1.1'); // a long s folds to s only beyond ASCII
  });

  it('takes each mailbox once, however often and by whatever name it is given', () => {
    let transaction = started;
    for (const address of ['support', 'sales', 'support', 'support+x', 'help']) {
      const next = add(`TO:<${address}@postern.test>`, transaction);
      if (typeof next === 'string') throw new Error(next);
      transaction = next;
    }
    expect(transaction.mailboxes.map((mailbox) => mailbox.department)).toEqual(['support', 'sales']);
    expect(transaction.recipients).toEqual([
      'support@postern.test',
      'sales@postern.test',
      'support+x@postern.test',
      'help@postern.test',
    ]);
  });

  it('stops at the bound, but takes a repeated recipient', () => {
    const one = add('TO:<support@postern.test>', started, 1);
    if (typeof one === 'string') throw new Error(one);
    expect(add('TO:<sales@postern.test>', one, 1)).toBe('452 4.5.3');
    expect(add('TO:<support@postern.test>', one, 1)).toEqual(one);
  });
});

describe('the book of recipients', () => {
  it('refuses an address that is none', () => {
    expect(() => createRecipientBook([{ address: 'support', department: 'support' }])).toThrow(RangeError);
  });
});
