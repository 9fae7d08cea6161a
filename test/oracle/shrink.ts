/**
 * The shortest list it finds within `budget` tries of which `fails` still says so (delta debugging: pieces
 * are left out, halves first). Undefined when the whole list does not fail.
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  budget: number,
): Promise<readonly T[] | undefined> {
  let tries = budget;
  const stillFails = async (candidate: readonly T[]): Promise<boolean> => {
    tries -= 1;
    return await fails(candidate);
  };
  if (!(await stillFails(items))) return undefined;
  let held = items;
  for (let size = Math.ceil(held.length / 2); tries > 0; ) {
    let shorter = false;
    for (let from = 0; from < held.length && tries > 0; ) {
      const candidate = [...held.slice(0, from), ...held.slice(from + size)];
      if (candidate.length < held.length && (await stillFails(candidate))) {
        held = candidate;
        shorter = true;
      } else {
        from += size;
      }
    }
    if (size === 1 && !shorter) break;
    size = Math.max(1, Math.floor(size / 2));
  }
  return held;
}
