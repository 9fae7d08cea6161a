import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { ERROR_CODES, type ErrorCode } from '../error-codes.ts';
import { errorText, SyncerError } from '../errors.ts';
import type { TlsSource } from '../tls.ts';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of an operator. */
  readonly token?: string | undefined;
  /** The CA that is believed, and our certificate as an operator; undefined = those of the system, none. */
  readonly tls?: TlsSource | undefined;
  /** Until the head of the answer, and between two parts of it; default 5 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks an etcd-syncer at `url` (http(s)://host:port) and returns its JSON.
 * Errors: STATUS_UNREACHABLE, TLS_*, or the code of its answer; the signal's reason.
 */
export async function call(url: string, options: Call): Promise<unknown> {
  const response = await openStream(url, options);
  try {
    return JSON.parse(await textOf(response));
  } catch (error) {
    options.signal?.throwIfAborted();
    throw unreachable(url, options.path, error);
  }
}

/** The same, but the answer is read by the caller: a stream that ends when the other side ends it. */
export async function openStream(url: string, options: Call): Promise<IncomingMessage> {
  let response: IncomingMessage;
  try {
    response = await send(url, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw (await options.tls?.explain(url, error)) ?? unreachable(url, options.path, error);
  }
  if (response.statusCode !== undefined && response.statusCode < 300) return response;
  throw await errorOf(url, options.path, response);
}

function send(url: string, options: Call): Promise<IncomingMessage> {
  const { method = 'GET', path, token, tls, timeoutMs = TIMEOUT_MS, signal } = options;
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const target = new URL(path, url);
  const headers = {
    Accept: 'application/json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
  };
  const common = { method, headers, agent: false, ...(signal === undefined ? {} : { signal }) };
  return new Promise((resolve, reject) => {
    const request =
      target.protocol === 'https:'
        ? secureRequest(target, { ...common, ...tls?.material })
        : plainRequest(target, common);
    request.setTimeout(timeoutMs, () =>
      request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)),
    );
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

async function errorOf(url: string, path: string, response: IncomingMessage): Promise<SyncerError> {
  const status = `${response.statusCode} ${response.statusMessage}`;
  try {
    const { code, message } = JSON.parse(await textOf(response)) as Record<string, unknown>;
    if (isCode(code)) return new SyncerError(code, `${url}${path}: ${String(message)}`);
  } catch {
    // Somebody else answers there: its status says enough.
  }
  return new SyncerError('HTTP_REQUEST', `${url}${path}: ${status}`);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreachable(url: string, path: string, error: unknown): SyncerError {
  const text = error instanceof AggregateError ? errorText(error.errors[0]) : errorText(error);
  return new SyncerError('STATUS_UNREACHABLE', `${url}${path}: ${text}`, {}, { cause: error });
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
