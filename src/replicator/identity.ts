import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncerError } from '../ops/errors.ts';
import { replaceFile } from '../ops/files.ts';

const FILE = 'identity.json';

/** Which seat this data directory belongs to. */
export interface Identity {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  readonly peerUrls: readonly string[];
}

/**
 * Reads the seat that the data directory was made for; undefined in a new directory.
 * Errors: DATA_DIR when the file can't be read or is not ours.
 */
export async function readIdentity(dataDir: string): Promise<Identity | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataDir, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SyncerError('DATA_DIR', `can't read ${FILE} in ${dataDir}`, {}, { cause: error });
  }
  const fields = parse(text);
  if (fields === undefined) {
    throw new SyncerError('DATA_DIR', `${FILE} in ${dataDir} is not a seat's identity`);
  }
  return fields;
}

/** Writes the seat durably (new file, fsync, rename), mode 0600. IDs are hex strings: JSON numbers can't hold 64 bits. */
export async function writeIdentity(dataDir: string, identity: Identity): Promise<void> {
  const path = join(dataDir, FILE);
  const text = JSON.stringify(
    {
      cluster_id: identity.clusterId.toString(16),
      member_id: identity.memberId.toString(16),
      peer_urls: identity.peerUrls,
    },
    null,
    2,
  );
  await replaceFile(path, `${text}\n`);
}

function parse(text: string): Identity | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { cluster_id, member_id, peer_urls } = json as Record<string, unknown>;
  const clusterId = hexId(cluster_id);
  const memberId = hexId(member_id);
  if (clusterId === undefined || memberId === undefined || !Array.isArray(peer_urls)) {
    return undefined;
  }
  if (!peer_urls.every(url => typeof url === 'string')) return undefined;
  return { clusterId, memberId, peerUrls: peer_urls };
}

function hexId(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^[0-9a-f]{1,16}$/.test(text)
    ? BigInt(`0x${text}`)
    : undefined;
}
