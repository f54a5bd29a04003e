import { describe, expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

function table(): RouteTable {
  const routes = new RouteTable();
  routes.add('GET', '/v1/things');
  routes.add(['POST', 'PUT'], '/v1/things');
  routes.add('GET', '/v1/things/:id');
  routes.add('POST', '/v1/things/secrets');
  routes.add('GET', '/files/*');
  return routes;
}

describe('the methods of a path', () => {
  it.each([
    ['/v1/things', ['GET', 'OPTIONS', 'POST', 'PUT']],
    ['/v1/things/abc', ['GET', 'OPTIONS']],
    ['/v1/things/secrets', ['GET', 'OPTIONS', 'POST']],
    ['/files/a/b.txt', ['GET', 'OPTIONS']],
    ['/v1/things/', []],
    ['/v1/things/a/b', []],
    ['/v1', []],
    ['/', []],
  ])('%s are %j', (path, methods) => {
    expect(table().methodsOf(path)).toEqual(methods);
  });
});
