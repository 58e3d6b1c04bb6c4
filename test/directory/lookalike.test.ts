import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDomain } from '../../src/address/mailbox.ts';
import { imitation, lookalikeKeysFor, lookalikeKeysOf, skeleton } from '../../src/directory/lookalike.ts';

/** The imitation that a look-up by keys finds. */
function found(address: string, name: string) {
  const stored = new Set(lookalikeKeysFor(name));
  return lookalikeKeysOf(address).some((key) => stored.has(key)) ? imitation(address, name) : null;
}

const aLabel = (domain: string) => canonicalDomain(domain) ?? 'not-canonical.invalid';

describe('look-alikes', () => {
  it.each<[string | null, string, string, string]>([
    ['homoglyph', 'x@examp1e.com', 'example.com', 'digit one for l'],
    ['homoglyph', 'x@exampie.com', 'example.com', 'a capital I that was folded'],
    ['homoglyph', 'x@exarnple.com', 'example.com', 'rn for m'],
    ['homoglyph', 'x@vvindow.example', 'window.example', 'vv for w'],
    ['homoglyph', 'x@p0st.example', 'post.example', 'zero for o, in a short label'],
    ['homoglyph', `x@${aLabel('ехаmple.com')}`, 'example.com', 'Cyrillic letters'],
    ['homoglyph', `x@${aLabel('exámple.com')}`, 'example.com', 'an accent'],
    ['homoglyph', 'x@mail.examp1e.com', 'example.com', 'below an imitating domain'],
    ['homoglyph', 'аda@example.com', 'ada@example.com', 'a Cyrillic local part'],
    ['homoglyph', 'ada@gmai1.com', 'ada@gmail.com', 'an imitated provider'],
    ['near-miss', 'x@exmaple.com', 'example.com', 'swapped letters'],
    ['near-miss', 'x@exampl.com', 'example.com', 'a letter less'],
    ['near-miss', 'x@examplee.com', 'example.com', 'a letter more'],
    ['near-miss', 'x@exxmple.com', 'example.com', 'another letter'],
    ['near-miss', 'x@mail.exmaple.com', 'example.com', 'below a near miss'],
    ['near-miss', 'x@mail.exmaple.com', 'mail.example.com', 'of a name with a subdomain'],
    ['near-miss', 'ada.lovelac@gmail.com', 'ada.lovelace@gmail.com', 'a near local part'],
    ['near-miss', 'ada@outloook.com', 'ada@outlook.com', 'a near provider'],
    [null, 'x@example.com', 'example.com', 'the domain itself'],
    [null, 'x@mail.example.com', 'example.com', 'a subdomain of it'],
    [null, 'ada@example.com', 'ada@example.com', 'the address itself'],
    [null, 'x@acne.example', 'acme.example', 'a near miss of a short label'],
    [null, 'bda@example.com', 'ada@example.com', 'a near miss of a short local part'],
    [null, 'x@example.org', 'example.com', 'another suffix'],
    [null, 'x@exmalpe.com', 'example.com', 'two edits'],
    [null, 'x@pleexam.com', 'example.com', 'a letter moved far: one deletion on each side'],
    [null, 'x@outlook.com', 'outlooks.com', 'a mailbox provider'],
    [null, 'ada.lovelac@example.com', 'ada.lovelace@example.org', 'a near local part elsewhere'],
  ])('%s: %s of %s (%s)', (kind, address, name) => {
    expect(found(address, name)).toBe(kind);
  });

  it('look up and storing agree on every single edit of a long label', () => {
    const letters = fc.stringMatching(/^[a-z]{7,20}$/);
    const letter = fc.stringMatching(/^[a-z]$/);
    fc.assert(
      fc.property(letters, fc.nat(), letter, fc.constantFrom('insert', 'delete', 'replace'), (label, at, by, edit) => {
        const place = at % label.length;
        const rest = label.slice(edit === 'insert' ? place : place + 1);
        const edited = `${label.slice(0, place)}${edit === 'delete' ? '' : by}${rest}`;
        fc.pre(edited !== label);
        expect(found(`x@${edited}.example`, `${label}.example`)).not.toBeNull();
      }),
    );
  });

  it('never takes a name for an imitation of itself', () => {
    const local = fc.stringMatching(/^[a-z0-9.+-]{1,20}$/);
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/);
    fc.assert(
      fc.property(local, label, (name, word) => {
        const address = `${name}@${word}.example`;
        expect(found(address, address)).toBeNull();
        expect(found(address, `${word}.example`)).toBeNull();
      }),
    );
  });

  it('gives a skeleton its own skeleton', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        expect(skeleton(skeleton(text))).toBe(skeleton(text));
      }),
    );
  });

  it('has few keys even for the longest address', () => {
    const address = `${'a'.repeat(64)}@${`${'b'.repeat(63)}.`.repeat(3)}example`;
    expect(lookalikeKeysOf(address).length).toBeLessThan(330);
    expect(lookalikeKeysFor(address).length).toBeLessThan(330);
  });
});
