/** The routes of the console and the least role that each is for. A test holds this table against the real one. */
import { type Role, roles } from '../../src/staff/role.ts';

/** The least role; `member`: whoever is logged in; `anybody`: without logging in. */
export type Least = Role | 'member' | 'anybody';

const wanted: Readonly<Record<Least, readonly string[]>> = {
  anybody: [
    'GET /assets/:tag/:name',
    'GET /join/:token',
    'GET /log-in',
    'POST /join/:token',
    'POST /log-in',
    'POST /log-in/passkey',
    'POST /log-out',
  ],
  member: [
    'GET /account',
    'GET /account/passkeys/:id',
    'POST /account/passkeys',
    'POST /account/passkeys/:id/remove',
    'POST /account/passkeys/:id/rename',
    'POST /account/passkeys/options',
    'POST /account/password',
    'POST /account/second-factor',
    'POST /account/sessions/:id/end',
  ],
  viewer: [
    'GET /',
    'GET /live/flow',
    'GET /live/overview',
    'GET /queues',
    'GET /queues/:queue',
    'GET /queues/:queue/jobs/:id',
  ],
  operator: [
    'GET /alerts',
    'GET /deny',
    'GET /deny/:id',
    'GET /deny/export.csv',
    'GET /deny/import/:generation',
    'GET /deny/test',
    'GET /directory',
    'GET /directory/:id',
    'GET /directory/ending-keys',
    'GET /directory/history',
    'GET /live/deny/import/:generation',
    'GET /mail',
    'GET /mail/:id',
    'GET /phone',
    'POST /alerts/parked',
    'POST /alerts/silence',
    'POST /alerts/unsilence',
    'POST /mail/:id/judge',
    'POST /queues/:queue/dead',
    'POST /queues/:queue/jobs/:id/remove',
    'POST /queues/:queue/jobs/:id/retry',
    'POST /queues/:queue/pause',
    'POST /queues/:queue/resume',
  ],
  trust: [
    'GET /audit',
    'GET /cases',
    'GET /cases/:id',
    'GET /cases/new',
    'GET /cases/unnamed',
    'GET /deny/:id/edit',
    'GET /deny/import',
    'GET /deny/new',
    'GET /deny/proposals',
    'GET /deny/proposals/:id',
    'GET /mail/:id/decrypted',
    'GET /mail/:id/decrypted/html/:part',
    'GET /mail/:id/release',
    'GET /mail/:id/text',
    'GET /mail/:id/text/html/:part',
    'GET /reviews',
    'GET /reviews/:id',
    'GET /simulate',
    'POST /audit/verify',
    'POST /cases',
    'POST /cases/:id/act/:kind',
    'POST /cases/:id/documents',
    'POST /cases/:id/documents/:document',
    'POST /cases/:id/export',
    'POST /cases/:id/join',
    'POST /cases/:id/name',
    'POST /cases/:id/order/retry',
    'POST /cases/check-in',
    'POST /cases/unnamed',
    'POST /deny/:id/edit',
    'POST /deny/:id/expire',
    'POST /deny/:id/remove',
    'POST /deny/:id/restore',
    'POST /deny/import',
    'POST /deny/new',
    'POST /deny/proposals/:id',
    'POST /mail/:id/decrypted/parts/:part',
    'POST /mail/:id/judge/apply',
    'POST /mail/:id/raw',
    'POST /mail/:id/release',
    'POST /mail/:id/ticket',
    'POST /mail/:id/text/parts/:part',
    'POST /reviews/:id',
    'POST /reviews/:id/ask',
    'POST /reviews/:id/put-back',
    'POST /reviews/:id/take-over',
    'POST /simulate',
  ],
  admin: [
    'GET /directory/:id/admins/:admin/keys',
    'GET /directory/export.json',
    'GET /directory/import',
    'GET /settings',
    'GET /staff',
    'GET /staff/:name',
    'GET /tokens',
    'POST /directory/:id/admins/:admin/keys',
    'POST /directory/:id/admins/:admin/keys/remove',
    'POST /directory/import',
    'POST /staff',
    'POST /staff/:name/disable',
    'POST /staff/:name/reset',
    'POST /staff/:name/role',
    'POST /staff/:name/sessions/:id/end',
    'POST /tokens',
    'POST /tokens/:id/revoke',
  ],
};

export type Call = { readonly name: string; readonly method: string; readonly path: string; readonly least: Least };

export const calls: readonly Call[] = Object.entries(wanted).flatMap(([least, names]) =>
  names.map((name) => {
    const [method = '', path = ''] = name.split(' ');
    // No such thing, so that whoever gets through changes nothing.
    return { name, method, path: path.replace(/:\w+/g, 'none'), least: leastOf(least) };
  }),
);

function leastOf(text: string): Least {
  const least = ([...roles, 'member', 'anybody'] as const).find((one) => one === text);
  if (least === undefined) throw new Error(`no role ${text}`);
  return least;
}
