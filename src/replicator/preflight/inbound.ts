import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, systemCode } from '../../ops/errors.ts';
import { type Finding, ok, unknown, warning } from './finding.ts';

const CHECK = 'source reaches us';
/** Members dial a learner that does not answer ten times a second; the prober every five. */
const WAIT_MS = 5_000;
const POLL_MS = 50;

/**
 * Whether members of the source reach our peer port: opens it for a moment and counts who dials. Each connection is
 * closed at once, which to a member is a peer that is down, as it was before.
 */
export async function lookAtInbound(
  listenUrls: readonly string[],
  advertised: string,
  hasSeat: boolean,
  signal: AbortSignal,
): Promise<Finding> {
  if (!hasSeat) {
    return unknown(CHECK, `members dial ${advertised} only when the seat is there`);
  }
  const addresses = new Set<string>();
  const servers: Server[] = [];
  try {
    for (const url of listenUrls) servers.push(await listen(new URL(url), addresses));
    const deadline = performance.now() + WAIT_MS;
    while (addresses.size === 0 && performance.now() < deadline) {
      await sleep(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE') throw error;
    const text = `the peer port is in use, as it is while \`run\` runs: look at the streams in \`status\` (${errorText(error)})`;
    return unknown(CHECK, text);
  } finally {
    for (const server of servers) server.close();
  }
  if (addresses.size === 0) {
    return warning(
      CHECK,
      'PEER_NOT_DIALED',
      `nobody dialed ${advertised} within ${WAIT_MS / 1_000} s`,
    );
  }
  return ok(CHECK, `${[...addresses].join(', ')} dialed ${advertised}`);
}

async function listen(url: URL, addresses: Set<string>): Promise<Server> {
  const server = createServer(socket => {
    if (socket.remoteAddress !== undefined) addresses.add(socket.remoteAddress);
    socket.destroy();
  });
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, url.hostname.replace(/^\[|\]$/g, ''), resolve);
  });
  return server;
}
