import { createHash } from 'node:crypto';
import { realpath, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SyncerError, systemCode } from '../ops/errors.ts';

/** sun_path holds 104 bytes on the smallest platform. */
const MAX_SOCKET_PATH_BYTES = 100;
const SETTLE_MS = 50;

/** Holds the data directory until released or until the process ends in any way. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Locks a data directory against a second process. Node has no flock; a listening Unix socket in the
 * directory is as good: the kernel closes it when the process dies, and whoever finds it can tell
 * by connecting whether its owner lives, also from another container that shares the volume.
 *
 * Errors: LOG_LOCKED when another process holds it, DATA_DIR when the socket can't be made.
 */
export async function lockDirectory(dir: string): Promise<DirectoryLock> {
  const path = await socketPath(dir);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const server = await listen(path);
    if (server !== undefined && (await isStillOurs(path))) return lockOf(server);
    server?.close();
    if (server === undefined && (await isAlive(path))) {
      throw new SyncerError('LOG_LOCKED', `${dir} is in use by another process`);
    }
    if (server === undefined) await removeStale(path);
  }
  throw new SyncerError('LOG_LOCKED', `${dir} is being taken by another process`);
}

async function socketPath(dir: string): Promise<string> {
  const path = join(await realpath(dir), 'lock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  const name = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return join(tmpdir(), `etcd-syncer-${name}.lock`);
}

function listen(path: string): Promise<Server | undefined> {
  const server = createServer(socket => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      if (systemCode(error) === 'EADDRINUSE') resolve(undefined);
      else
        reject(new SyncerError('DATA_DIR', `can't lock: ${error.message}`, {}, { cause: error }));
    });
    server.listen(path, () => resolve(server));
  });
}

/** Two processes may both have removed a stale socket; the one whose socket has the name in the end wins. */
async function isStillOurs(path: string): Promise<boolean> {
  const before = await inode(path);
  await new Promise(resolve => setTimeout(resolve, SETTLE_MS));
  const after = await inode(path);
  return before !== undefined && before === after;
}

async function inode(path: string): Promise<bigint | undefined> {
  try {
    return (await stat(path, { bigint: true })).ino;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Refused or gone: its owner is dead.
    socket.once('error', () => resolve(false));
  });
}

async function removeStale(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

function lockOf(server: Server): DirectoryLock {
  return {
    release: () =>
      new Promise((resolve, reject) => server.close(error => (error ? reject(error) : resolve()))),
  };
}
