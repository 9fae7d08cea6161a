import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Who may ask: open = whoever reaches the port; operator = holders of the token or of a client certificate.
 * Whatever changes state, or streams the log, is for operators.
 */
export type Access = 'open' | 'operator';

/** What the HTTP port answers. HEAD is answered as GET, without the body. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The whole path, without query. */
  readonly path: string;
  readonly access: Access;
  /**
   * May answer whenever it likes, or stream. What it throws is answered as JSON `{code, message}`, while nothing
   * was sent yet.
   */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

/** The routes of a port, by path and method. */
export class RouteTable {
  readonly #routes = new Map<string, Map<string, Route>>();

  /** Throws for a route that is there already: two parts want the same path. */
  add(route: Route): void {
    const byMethod = this.#routes.get(route.path) ?? new Map<string, Route>();
    if (byMethod.has(route.method)) throw new Error(`${route.method} ${route.path} is taken`);
    byMethod.set(route.method, route);
    this.#routes.set(route.path, byMethod);
  }

  /** The route; the methods that the path has instead; undefined when there is no such path. */
  find(method: string, path: string): Route | readonly string[] | undefined {
    const byMethod = this.#routes.get(path);
    return byMethod?.get(method === 'HEAD' ? 'GET' : method) ?? (byMethod && [...byMethod.keys()]);
  }

  get paths(): readonly string[] {
    return [...this.#routes.keys()];
  }
}
