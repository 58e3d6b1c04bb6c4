/** The document of the API is valid OpenAPI 3.1 and names exactly the calls that there are. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/console/api/openapi.ts';
import { apiRoutes } from '../../src/console/api/routes.ts';
import { callApi } from './api-world.ts';
import { type ConsoleWorld, startConsole } from './console-world.ts';

type Operations = Readonly<Record<string, { readonly operationId: string }>>;

describe('the document of the API', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument(apiRoutes)));
  const named = Object.entries<Operations>(document.paths).flatMap(([path, there]) =>
    Object.keys(there).map((method) => `${method.toUpperCase()} ${path}`),
  );

  it('is OpenAPI 3.1', async () => {
    const { errors, valid } = await new Validator().validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(document.openapi).toBe('3.1.0');
  });

  it('names each call once, by an id of its own, and declares each name of its path', () => {
    const ids = Object.values<Operations>(document.paths).flatMap((there) =>
      Object.values(there).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const { params, path } of apiRoutes) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(params?.shape ?? {}), path).toEqual(inPath);
    }
  });

  describe('and the server', () => {
    let world: ConsoleWorld;
    beforeAll(async () => {
      world = await startConsole();
    });
    afterAll(() => world.close());

    it('gives it out to anybody, and to pages of nobody', async () => {
      const answer = await callApi(world.origin, 'GET', '/openapi.json', undefined, { origin: 'https://evil.example' });
      expect(answer.json).toEqual(document);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    });

    it('has every call that it names behind a token, and no other', async () => {
      const missing = [];
      for (const call of named) {
        const [method = '', path = ''] = call.split(' ');
        const { status } = await callApi(world.origin, method, path.replaceAll(/\{\w+\}/g, 'x'), undefined, {
          'x-forwarded-for': `192.0.2.${missing.length + named.indexOf(call)}`,
        });
        if (status !== (path === '/openapi.json' ? 200 : 401)) missing.push(`${call}: ${status}`);
      }
      expect(missing).toEqual([]);
      for (const path of new Set(named.map((call) => call.split(' ')[1] ?? ''))) {
        const allowed = named.filter((call) => call.split(' ')[1] === path).map((call) => call.split(' ')[0]);
        const answer = await callApi(world.origin, 'OPTIONS', path.replaceAll(/\{\w+\}/g, 'x'), undefined, {});
        expect([answer.status, answer.headers.get('allow')]).toEqual([
          204,
          [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', '),
        ]);
        const wrong = await callApi(world.origin, 'PATCH', path.replaceAll(/\{\w+\}/g, 'x'), undefined, {});
        expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, answer.headers.get('allow')]);
      }
    });

    it('knows no other path', async () => {
      for (const path of ['', '/', '/nothing', '/messages/', '/deny/x/y']) {
        const answer = await callApi(world.origin, 'GET', path, undefined, {});
        expect([path, answer.status, answer.json.type]).toEqual([path, 404, 'urn:postern:problem:not-found']);
      }
    });
  });
});
