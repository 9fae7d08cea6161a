import { createServer } from 'node:net';

/**
 * Below the range from which the system takes ports for outgoing connections: a port from there could be
 * taken by any client while a server of a test is being restarted.
 */
const FIRST = 12_000;
const COUNT = 18_000;

/** Test processes at the same time begin far apart. */
let next = Math.floor(Math.random() * COUNT);

/** A port of the loopback interface on which nobody listens; not given twice by this process for long. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried += 1) {
    const port = FIRST + (next % COUNT);
    next += 1;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
