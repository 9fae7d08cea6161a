import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/options.ts';
import { type Call, call, openStream } from '../ops/http/client.ts';
import { readToken } from '../ops/http/operators.ts';
import type { HttpOptions } from '../ops/http/server.ts';
import type { Logger } from '../ops/logger.ts';
import { TlsSource } from '../ops/tls.ts';

/** The HTTP port as the flags have it. */
export function httpOptionsOf(config: Config): HttpOptions {
  return {
    listen: config.httpListen,
    tls: { ca: config.httpClientCaFile, cert: config.httpCertFile, key: config.httpKeyFile },
    tokenFile: config.httpTokenFile,
  };
}

type Question = Omit<Call, 'token' | 'tls'> & {
  /** Shows the token, where there is one; nobody else gets to see it. */
  readonly asOperator?: boolean;
};

/** A running etcd-syncer. */
export interface RunningSyncer {
  /** http(s)://host:port */
  readonly url: string;
  /** Errors: those of `call`, HTTP_TOKEN. */
  call(question: Question): Promise<unknown>;
  stream(question: Question): Promise<IncomingMessage>;
  close(): void;
}

/**
 * The one at `url`, or that the flags name.
 * Errors: TLS_FILES.
 */
export async function openRunning(
  config: Config,
  logger: Logger,
  url: string = urlOf(config),
): Promise<RunningSyncer> {
  const { httpServerCaFile: ca, httpClientCertFile: cert, httpClientKeyFile: key } = config;
  const tls = await TlsSource.open({ ca, cert, key }, logger);
  const { httpTokenFile } = config;
  const complete = async ({ asOperator, ...question }: Question): Promise<Call> => {
    if (asOperator !== true || httpTokenFile === undefined) return { ...question, tls };
    return { ...question, tls, token: await readToken(httpTokenFile) };
  };
  return {
    url,
    call: async question => call(url, await complete(question)),
    stream: async question => openStream(url, await complete(question)),
    close: () => tls.close(),
  };
}

function urlOf(config: Config): string {
  const scheme = config.httpCertFile === undefined ? 'http' : 'https';
  const given = config.httpUrl ?? config.httpListen;
  if (/^https?:\/\//.test(given)) return given;
  // An address to listen on that means all of them.
  const host = given.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:');
  return `${scheme}://${host}`;
}
