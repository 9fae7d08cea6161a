import { type Fields, MemberClient, refusalOf } from './client.ts';
import { PASSWORDS } from './generate-auth.ts';
import { KEYS } from './generate-kv.ts';

const CHECKPOINTS = '__etcd_syncer__/';
const ALL = { key: Buffer.from('\0'), range_end: Buffer.from('\0') };
const TRIED = [...PASSWORDS, '', 'another'];

/** One side of a replication, with whoever may see everything there. */
export interface Side {
  readonly url: string;
  readonly admin: { readonly name: string; readonly passwords: readonly string[] };
  /** Users that are this side's own. */
  readonly own: readonly string[];
}

/** What clients can see of a cluster, by a name for each thing. */
export type Visible = ReadonlyMap<string, string>;

/**
 * Reads all that clients can see: keys, values and bindings, leases, users with their roles, roles with their
 * permissions, who can log in with what, and what each user who can may read and write. Undefined while
 * nobody is there who may see it: auth is on, and its administrator has no password that is known.
 */
export async function readVisible({ url, admin, own }: Side): Promise<Visible | undefined> {
  const client = new MemberClient(url);
  try {
    const token = await logIn(client, admin.name, admin.passwords);
    if (token === 'nobody') return undefined;
    const seen = new Map<string, string>();
    await readKeys(client, token, seen);
    const users = await readUsers(client, token, own, seen);
    // There is no token to be had while it is off; 3.4 can't be asked in any other way.
    const isOn = token !== undefined;
    seen.set('auth', isOn ? 'on' : 'off');
    if (isOn) for (const user of users) await readRights(client, user, seen);
    return seen;
  } finally {
    client.close();
  }
}

/** A line for each thing that differs, but for those whose name begins with one of `except`. */
export function differentThings(
  source: Visible,
  destination: Visible,
  except: readonly string[],
): string[] {
  const names = new Set([...source.keys(), ...destination.keys()]);
  return [...names]
    .filter(name => source.get(name) !== destination.get(name))
    .filter(name => !except.some(start => name === start || name.startsWith(`${start} `)))
    .map(
      name =>
        `${name}: ${source.get(name) ?? 'nothing'} at the source, ${destination.get(name) ?? 'nothing'} at the destination`,
    );
}

/** A token; undefined where none is needed; `nobody` when no password is right. */
async function logIn(
  client: MemberClient,
  name: string,
  passwords: readonly string[],
): Promise<string | undefined> {
  for (const password of passwords) {
    try {
      return String((await client.call('Auth/Authenticate', { name, password })).token);
    } catch (error) {
      const said = refusalOf(error);
      if (said.includes('authentication is not enabled')) return undefined;
      if (!said.includes('authentication failed')) throw error;
    }
  }
  return 'nobody';
}

async function readKeys(
  client: MemberClient,
  token: string | undefined,
  seen: Map<string, string>,
): Promise<void> {
  // The checkpoint's lease would be the leader's, where there are several replicas.
  const { kvs } = await client.call('KV/Range', ALL, token);
  for (const { key, value, lease } of kvs as Fields[]) {
    const name = (key as Buffer).toString('latin1');
    if (name.startsWith(CHECKPOINTS)) continue;
    seen.set(`key ${JSON.stringify(name)}`, `${(value as Buffer).toString('hex')} lease ${lease}`);
  }
  const { leases } = await client.call('Lease/LeaseLeases', {}, token);
  for (const { ID } of leases as Fields[]) seen.set(`lease ${ID}`, 'there');
}

async function readUsers(
  client: MemberClient,
  token: string | undefined,
  own: readonly string[],
  seen: Map<string, string>,
): Promise<string[]> {
  const users = ((await client.call('Auth/UserList', {}, token)).users as string[]).filter(
    name => !own.includes(name),
  );
  for (const name of users) {
    const { roles } = await client.call('Auth/UserGet', { name }, token);
    seen.set(`user ${name}`, (roles as string[]).join(', '));
  }
  for (const role of (await client.call('Auth/RoleList', {}, token)).roles as string[]) {
    const { perm } = await client.call('Auth/RoleGet', { role }, token);
    // From 3.6 on root's permissions are not told, but one that it was never granted.
    const list = role === 'root' ? 'everything' : (perm as Fields[]).map(shown).join(', ');
    seen.set(`role ${role}`, list);
  }
  return users;
}

function shown({ permType, key, range_end }: Fields): string {
  return `${permType} ${(key as Buffer).toString('hex')}-${(range_end as Buffer).toString('hex')}`;
}

/** Who can log in with what; and with that, which keys may be read, and written: by transactions that write nothing. */
async function readRights(
  client: MemberClient,
  name: string,
  seen: Map<string, string>,
): Promise<void> {
  for (const password of TRIED) {
    const token = await logIn(client, name, [password]);
    if (token === undefined) continue;
    const isIn = token !== 'nobody';
    seen.set(`password ${name} ${JSON.stringify(password)}`, isIn ? 'taken' : 'refused');
    if (!isIn) continue;
    for (const text of KEYS) {
      const key = Buffer.from(text, 'latin1');
      const never = {
        compare: [{ key, target: 'VERSION', result: 'EQUAL', version: '999999999' }],
      };
      const write = { ...never, success: [{ request_put: { key, value: Buffer.from('never') } }] };
      const subject = `${name} ${JSON.stringify(text)}`;
      seen.set(`may read ${subject}`, await answer(client, 'KV/Range', { key }, token));
      seen.set(`may write ${subject}`, await answer(client, 'KV/Txn', write, token));
    }
  }
}

async function answer(
  client: MemberClient,
  method: string,
  request: Fields,
  token: string,
): Promise<string> {
  try {
    await client.call(method, request, token);
    return 'yes';
  } catch (error) {
    const said = refusalOf(error);
    if (said.includes('permission denied')) return 'no';
    throw error;
  }
}
