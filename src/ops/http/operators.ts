import { createHash, timingSafeEqual } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { errorText, SyncerError } from '../errors.ts';

const MIN_TOKEN_BYTES = 16;
const MAX_TOKEN_BYTES = 4_096;

/** How operators show who they are; neither = nobody is one. */
export interface OperatorAccess {
  readonly tokenFile: string | undefined;
  /** The port asks for certificates of a CA for clients. */
  readonly hasClientCa: boolean;
}

/**
 * Reads a token from its file, without the line break at its end. Errors: HTTP_TOKEN, never with what is in the file.
 */
export async function readToken(path: string): Promise<string> {
  const token = (await readUpTo(path, MAX_TOKEN_BYTES + 1)).replace(/\r?\n$/, '');
  const bytes = Buffer.byteLength(token);
  if (bytes < MIN_TOKEN_BYTES || bytes > MAX_TOKEN_BYTES) {
    const text = `${path} must hold ${MIN_TOKEN_BYTES} to ${MAX_TOKEN_BYTES} bytes, it has ${bytes}`;
    throw new SyncerError('HTTP_TOKEN', text);
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new SyncerError('HTTP_TOKEN', `${path} must hold one line of printable ASCII`);
  }
  return token;
}

/**
 * Lets operators through and nobody else. The token is read whenever somebody shows one: a new one counts at
 * once, a file that is gone lets nobody in.
 *
 * Errors: HTTP_FORBIDDEN when no way to be an operator is configured, or a browser comes from another page;
 * HTTP_UNAUTHORISED; HTTP_TOKEN.
 */
export async function requireOperator(
  request: IncomingMessage,
  access: OperatorAccess,
): Promise<void> {
  const { tokenFile, hasClientCa } = access;
  if (tokenFile === undefined && !hasClientCa) {
    const text = `${request.url?.split('?', 1)[0]} is for operators: start etcd-syncer with --http-token-file (or --http-client-ca-file) to have any`;
    throw new SyncerError('HTTP_FORBIDDEN', text);
  }
  const { origin, host, authorization } = request.headers;
  if (origin !== undefined && hostOf(origin) !== host) {
    throw new SyncerError('HTTP_FORBIDDEN', 'a page of another origin may not ask for this');
  }
  if (hasClientCa && hasTrustedCertificate(request)) return;
  if (tokenFile !== undefined && authorization !== undefined) {
    const token = await readToken(tokenFile);
    if (isSame(authorization, `Bearer ${token}`)) return;
    throw new SyncerError('HTTP_UNAUTHORISED', 'the token is not the one of --http-token-file');
  }
  const ways = [
    ...(tokenFile === undefined ? [] : ['the header `Authorization: Bearer <token>`']),
    ...(hasClientCa ? ['a client certificate of the CA of --http-client-ca-file'] : []),
  ];
  throw new SyncerError('HTTP_UNAUTHORISED', `this needs ${ways.join(' or ')}`);
}

/** `authorized` alone will not do: Node.js sets it for a resumed TLS 1.3 session without any certificate, too. */
function hasTrustedCertificate({ socket }: IncomingMessage): boolean {
  return (
    socket instanceof TLSSocket &&
    socket.authorized &&
    socket.getPeerX509Certificate() !== undefined
  );
}

/** Takes the same time wherever they differ, and whatever their lengths are. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

async function readUpTo(path: string, maxBytes: number): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new SyncerError('HTTP_TOKEN', `${path}: ${errorText(error)}`, {}, { cause: error });
  }
}
