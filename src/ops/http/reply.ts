import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../error-codes.ts';
import { SyncerError, toSyncerError } from '../errors.ts';

/** What a body of a request may have at most, unless the route says otherwise. */
const MAX_BODY_BYTES = 64 * 1024;

/** A request that can't be answered, with the status that says so. */
export class RequestError extends SyncerError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('HTTP_REQUEST', message);
    this.status = status;
  }
}

/** What a code of the catalogue is as a status; all others are 409: not in the state that things are in. */
const STATUS_OF: Partial<Record<ErrorCode, number>> = {
  HTTP_UNAUTHORISED: 401,
  HTTP_FORBIDDEN: 403,
  INTERNAL: 500,
};

export function replyText(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response
    .writeHead(status, {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
    .end(text);
}

export function replyJson(response: ServerResponse, value: unknown, status = 200): void {
  replyText(response, status, `${JSON.stringify(value, null, 2)}\n`, 'application/json');
}

/** Answers `{code, message}`; a body that was not read ends the connection. */
export function replyError(response: ServerResponse, thrown: unknown): void {
  const error = toSyncerError(thrown);
  const { code, message } = error;
  const status = error instanceof RequestError ? error.status : (STATUS_OF[code] ?? 409);
  if (!response.req.complete) response.setHeader('Connection', 'close');
  replyJson(response, { code, message }, status);
}

/** The whole body. Errors: HTTP_REQUEST when it is longer than `maxBytes` (413) or breaks off. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number = MAX_BODY_BYTES,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new SyncerError('HTTP_REQUEST', 'the body broke off', {}, { cause: error });
  }
  if (length > maxBytes) {
    throw new RequestError(413, `the body has more than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks);
}

/** The body as JSON; an empty one is {}. Errors: HTTP_REQUEST. */
export async function readJson(request: IncomingMessage, maxBytes?: number): Promise<unknown> {
  const text = (await readBody(request, maxBytes)).toString('utf8');
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw new RequestError(400, 'the body is not JSON');
  }
}
