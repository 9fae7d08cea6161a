/** Lets the event loop do what else is due: timers, and what came from the network and the disk. */
export function yieldTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
