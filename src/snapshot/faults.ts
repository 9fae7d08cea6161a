import { errorText, SyncerError } from '../ops/errors.ts';

/** What is wrong with a file, with the page where it shows (none: the file as a whole). */
export function damaged(file: string, page: number | undefined, text: string): SyncerError {
  return page === undefined
    ? new SyncerError('SNAPSHOT_DAMAGED', `${file}: ${text}`, { file })
    : new SyncerError('SNAPSHOT_DAMAGED', `${file}: page ${page}: ${text}`, { file, page });
}

export function notBbolt(file: string, text: string): SyncerError {
  return new SyncerError('SNAPSHOT_NOT_BBOLT', `${file}: ${text}`, { file });
}

/** The file system refused to read. */
export function readFailed(file: string, error: unknown): SyncerError {
  if (error instanceof SyncerError) return error;
  return new SyncerError(
    'SNAPSHOT_READ',
    `${file}: ${errorText(error)}`,
    { file },
    { cause: error },
  );
}
