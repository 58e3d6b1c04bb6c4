/** Who may do what in the console: four roles, each with all rights of the one below it. */
export const roles = ['viewer', 'operator', 'trust', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Each right and the least role that has it. */
export const rights = {
  /** Counts and queue depths; nothing about anybody. */
  'overview.see': 'viewer',
  'queues.see': 'viewer',
  'mail.find': 'operator',
  'mail.judge': 'operator',
  'directory.see': 'operator',
  'phone.look-up': 'operator',
  'deny.see': 'operator',
  'queues.causes': 'operator',
  'queues.retry': 'operator',
  'queues.remove': 'operator',
  'queues.pause': 'operator',
  'alerts.see': 'operator',
  'alerts.silence': 'operator',
  /** Messages that were given up: tried anew, or let go. */
  'alerts.retry': 'operator',
  /** What people wrote. */
  'mail.read': 'trust',
  'mail.download': 'trust',
  /** What was encrypted to us; shown, never kept. */
  'mail.decrypt': 'trust',
  'reviews.decide': 'trust',
  /** Whether a ticket was answered, waits or is closed: its response time follows. */
  'tickets.work': 'trust',
  /** Recorded mails judged under other lists and settings; changes nothing. */
  simulate: 'trust',
  'cases.work': 'trust',
  'deny.change': 'trust',
  'audit.see': 'trust',
  'cases.see': 'trust',
  'directory.import': 'admin',
  'settings.see': 'admin',
  'staff.manage': 'admin',
  'tokens.manage': 'admin',
} as const satisfies Readonly<Record<string, Role>>;
export type Right = keyof typeof rights;

export const roleTexts: Readonly<Record<Role, string>> = {
  viewer: 'counts and queues, no mail',
  operator: 'finds mail, sees directory and deny-list, works dead letters, pauses queues, silences alerts',
  trust: 'reads mail, keeps the deny-list, decides',
  admin: 'staff, settings, directory',
};

/** A role with all the roles that it includes. */
export function rolesWithin(role: Role): readonly Role[] {
  return roles.slice(0, roles.indexOf(role) + 1);
}

export function may(role: Role, right: Right): boolean {
  return roles.indexOf(role) >= roles.indexOf(rights[right]);
}

export function parseRole(text: string): Role | null {
  return roles.find((role) => role === text) ?? null;
}
