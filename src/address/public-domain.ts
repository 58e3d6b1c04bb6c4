/** Domains that belong to the public and so identify nobody: public suffixes and the domains of mailbox providers. */
import providers from 'email-providers/all.json' with { type: 'json' };
import { parse } from 'tldts';

// The list of providers names them, though nobody has a mailbox there (RFC 2606 §3, RFC 6761 §6.5).
const reserved: ReadonlySet<string> = new Set(['example.com', 'example.net', 'example.org']);
const providerDomains: ReadonlySet<string> = new Set(providers.filter((domain) => !reserved.has(domain)));

const tldtsOptions = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };

/** Whether names under this A-label domain are registered by unrelated people: `com`, `co.uk`, `github.io`. */
export function isPublicSuffix(domain: string): boolean {
  return parse(domain, tldtsOptions).domain === null;
}

/** Whether unrelated people have mailboxes at this very A-label domain. */
export function isMailboxProvider(domain: string): boolean {
  return providerDomains.has(domain);
}

/** The domain that was registered under a public suffix: `example.co.uk` of `mail.example.co.uk`; null for a public suffix. */
export function registrableDomain(domain: string): string | null {
  return parse(domain, tldtsOptions).domain;
}
