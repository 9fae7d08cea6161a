/** Says that a process has ended, and how; undefined while it runs. */
export type Fall = () => string | undefined;

const watched = new Set<Fall>();

/** From now on whoever waits is told when this has fallen. @returns what ends that: before it is made to end */
export function watchOver(fall: Fall): () => void {
  watched.add(fall);
  return () => watched.delete(fall);
}

/** Nothing comes any more of a server that has ended unasked: a wait for it is over. */
export function throwIfFallen(): void {
  for (const fall of watched) {
    const text = fall();
    if (text !== undefined) throw new Error(text);
  }
}
