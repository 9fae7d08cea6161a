import type { Permission } from '../../wire/types.ts';

/**
 * Whether a key has several permissions in a role, which then depend on the order they were granted in
 * (auth store RoleGrantPermission looks at the first one only): to grant one again can add it twice.
 *
 * @param permissions ascending by key, as etcd keeps them
 */
export function hasRepeatedKeys(permissions: readonly Permission[]): boolean {
  return permissions.some(({ key }, i) => permissions[i - 1]?.key === key);
}

/** Entry by entry, in order. */
export function areEqual(a: readonly Permission[], b: readonly Permission[]): boolean {
  return a.length === b.length && a.every((entry, i) => entryId(entry) === entryId(b[i]));
}

/** The same rights, whatever their order and however often each is there. */
export function grantTheSame(a: readonly Permission[], b: readonly Permission[]): boolean {
  const [here, there] = [new Set(a.map(entryId)), new Set(b.map(entryId))];
  return here.size === there.size && [...here].every(id => there.has(id));
}

/** What to revoke and then to grant so that a role that has `found` grants what `wanted` does, touching nothing that fits. */
export function permissionChanges(
  found: readonly Permission[],
  wanted: readonly Permission[],
): { readonly revokes: readonly Permission[]; readonly grants: readonly Permission[] } {
  const [foundByRange, wantedByRange] = [byRange(found), byRange(wanted)];
  const revokes: Permission[] = [];
  const grants: Permission[] = [];
  for (const [range, entries] of foundByRange) {
    const [first] = entries;
    const fits = grantTheSame(entries, wantedByRange.get(range) ?? []);
    // A revoke takes all entries of the range.
    if (!fits && first !== undefined) revokes.push(first);
  }
  for (const [range, entries] of wantedByRange) {
    if (!grantTheSame(entries, foundByRange.get(range) ?? [])) grants.push(...entries);
  }
  return { revokes, grants };
}

function byRange(permissions: readonly Permission[]): Map<string, Permission[]> {
  const ranges = new Map<string, Permission[]>();
  for (const entry of permissions) {
    const id = JSON.stringify([entry.key, entry.rangeEnd]);
    const entries = ranges.get(id);
    if (entries === undefined) ranges.set(id, [entry]);
    else entries.push(entry);
  }
  return ranges;
}

function entryId(entry: Permission | undefined): string {
  return JSON.stringify([entry?.permType, entry?.key, entry?.rangeEnd]);
}
