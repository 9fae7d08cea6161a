import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from './routes.ts';

/** The page's files, which lie beside the compiled program as they are. */
const FOLDER = new URL('../../page/', import.meta.url);

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const FILES = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'app.js': JAVASCRIPT,
  'chart.js': JAVASCRIPT,
  'format.js': JAVASCRIPT,
  'scale.js': JAVASCRIPT,
  'verdict.js': JAVASCRIPT,
} as const;

/** Nothing from elsewhere, nothing inline, nothing that frames the page or sends anything away. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The status page for people: / and its files under /page/. Read once, when first asked for. */
export function pageRoutes(): readonly Route[] {
  return Object.entries(FILES).map(([name, type]) => {
    const load = once(() => readFile(new URL(name, FOLDER)));
    return {
      method: 'GET',
      path: name === 'index.html' ? '/' : `/page/${name}`,
      access: 'open',
      handle: async (request, response) => send(request, response, await load(), type),
    };
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  contents: Buffer,
  type: string,
): void {
  const tag = `"${createHash('sha256').update(contents).digest('base64url')}"`;
  const headers = {
    // Another version may answer here tomorrow: asked each time, sent when it differs.
    'Cache-Control': 'no-cache',
    ETag: tag,
    'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
  if (request.headers['if-none-match'] === tag) response.writeHead(304, headers).end();
  else response.writeHead(200, { ...headers, 'Content-Type': type }).end(contents);
}

/** A file that could not be read is tried again. */
function once(read: () => Promise<Buffer>): () => Promise<Buffer> {
  let contents: Promise<Buffer> | undefined;
  return () => {
    contents ??= read().catch((error: unknown) => {
      contents = undefined;
      throw error;
    });
    return contents;
  };
}
