import { runCommand } from './run-command.ts';

/** Where the source and whoever writes to it run, when the two sides are kept apart. */
export const SOURCE_PROCESSOR = 0;
/** Where the destination and whoever copies to it run then. */
export const DESTINATION_PROCESSOR = 1;

/**
 * Keeps a process, with all its threads, on one processor: sides that share none are to each other as hosts of their own, but
 * for the disk. Needs taskset (util-linux) and two processors.
 */
export async function keepOn(processor: number, pid: number): Promise<void> {
  await runCommand('taskset', ['--all-tasks', '--cpu-list', '--pid', `${processor}`, `${pid}`]);
}
