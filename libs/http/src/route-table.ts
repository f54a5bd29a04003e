/** Which methods each path of the application answers; asked only when nothing matched. */
export class RouteTable {
  private readonly routes: { method: string; segments: readonly string[] }[] = [];

  add(method: string | readonly string[], path: string): void {
    const segments = path.split('/');
    for (const name of typeof method === 'string' ? [method] : method) this.routes.push({ method: name, segments });
  }

  /** In alphabetical order, with OPTIONS; empty for a path that is nobody's. `path` is without the query string. */
  methodsOf(path: string): string[] {
    const segments = path.split('/');
    const methods = this.routes.filter((route) => matches(route.segments, segments)).map(({ method }) => method);
    return methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])].sort();
  }
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const last = pattern.length - 1;
  const isOpenEnded = pattern[last] === '*';
  if (isOpenEnded ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((part, at) => part === '*' || (part.startsWith(':') ? path[at] !== '' : part === path[at]));
}
