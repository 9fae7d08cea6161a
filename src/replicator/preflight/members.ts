import { errorText, SyncerError, toSyncerError } from '../../ops/errors.ts';
import { openStream } from '../../ops/http/client.ts';
import type { TlsSource } from '../../ops/tls.ts';
import { isSupported } from '../source-version.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

const MAX_BYTES = 4_096;
/** The Date of an answer has whole seconds, and the answer was on its way for a while. */
const SKEW_SECONDS = 3;

interface Answer {
  readonly url: string;
  readonly version: string;
  /** Its clock minus ours; undefined when it does not tell. */
  readonly skewSeconds: number | undefined;
}

/** Versions and clocks of a cluster, by /version of each URL: reachable at all is the first thing that it tells. */
export async function lookAtMembers(
  side: 'source' | 'destination',
  urls: readonly string[],
  tls: TlsSource,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const results = await Promise.all(
    urls.map(url => ask(url, tls, signal).catch((error: unknown) => toSyncerError(error))),
  );
  const answers = results.flatMap(result => (result instanceof SyncerError ? [] : [result]));
  const failures = results.flatMap((result, i) =>
    result instanceof SyncerError ? [{ url: urls[i], failure: result }] : [],
  );
  return [
    ...failures.map(({ url, failure }) => unreachable(side, url, failure, answers.length > 0)),
    ...(answers.length === 0 ? [] : [versions(side, answers), clocks(side, answers)]),
  ];
}

async function ask(url: string, tls: TlsSource, signal: AbortSignal): Promise<Answer> {
  const beforeMs = Date.now();
  const response = await openStream(url, { path: '/version', tls, signal });
  const middleMs = (beforeMs + Date.now()) / 2;
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > MAX_BYTES) break;
  }
  const date = Date.parse(response.headers.date ?? '');
  return {
    url,
    version: versionOf(text, url),
    // A whole second was cut off: half of one on average.
    skewSeconds: Number.isNaN(date) ? undefined : (date + 500 - middleMs) / 1_000,
  };
}

function versionOf(text: string, url: string): string {
  try {
    const { etcdserver } = JSON.parse(text) as Record<string, unknown>;
    if (typeof etcdserver === 'string') return etcdserver;
  } catch (error) {
    throw new SyncerError('PEER_UNREACHABLE', `${url}/version: ${errorText(error)}`);
  }
  throw new SyncerError('PEER_UNREACHABLE', `${url}/version names no version`);
}

function unreachable(
  side: string,
  url: string | undefined,
  { code, message }: SyncerError,
  othersAnswer: boolean,
): Finding {
  const check = `${side} members`;
  const known =
    code === 'STATUS_UNREACHABLE' || code === 'HTTP_REQUEST' ? 'PEER_UNREACHABLE' : code;
  const text = message.includes(String(url)) ? message : `${url}: ${message}`;
  return othersAnswer ? warning(check, known, text) : failed(check, known, text);
}

function versions(side: string, answers: readonly Answer[]): Finding {
  const found = [...new Set(answers.map(({ version }) => version))].toSorted();
  const text = `${answers.length} answer, ${found.join(' and ')}`;
  const refused = found.filter(version => !isSupported(version));
  if (refused.length === 0) return ok(`${side} members`, text);
  return failed(`${side} members`, 'SOURCE_UNSUPPORTED_VERSION', text);
}

function clocks(side: string, answers: readonly Answer[]): Finding {
  const known = answers.flatMap(({ url, skewSeconds }) =>
    skewSeconds === undefined ? [] : [{ url, skewSeconds }],
  );
  const worst = known.toSorted((a, b) => Math.abs(b.skewSeconds) - Math.abs(a.skewSeconds))[0];
  const check = `${side} clocks`;
  if (worst === undefined) return ok(check, 'no member tells its time');
  const off = Math.abs(worst.skewSeconds);
  if (off <= SKEW_SECONDS)
    return ok(check, 'equal to ours within the second that they are told in');
  const way = worst.skewSeconds > 0 ? 'ahead of' : 'behind';
  return warning(check, 'CLOCK_SKEW', `${worst.url} is ${Math.round(off)} s ${way} us`);
}
