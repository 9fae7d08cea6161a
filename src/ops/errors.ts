import type { ErrorCode } from './error-codes.ts';

/** The error every part throws for what an operator can meet; the catalogue explains its code. */
export class SyncerError extends Error {
  readonly code: ErrorCode;
  /** Facts of this case for logs and `--json`; never a value, password or hash. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'SyncerError';
    this.code = code;
    this.details = details;
  }
}

export interface ErrorDescription {
  readonly what: string;
  readonly why: string;
  readonly action: string;
  /** retried: it goes on trying. stops: the process ends. reported: it goes on, and says so. */
  readonly effect: 'retried' | 'stops' | 'reported';
}

/** Any thrown value as a SyncerError; what is none becomes INTERNAL with the original as its cause. */
export function toSyncerError(error: unknown): SyncerError {
  if (error instanceof SyncerError) return error;
  return new SyncerError('INTERNAL', errorText(error), {}, { cause: error });
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a Node.js system error (ENOENT, ECONNREFUSED ...); undefined for others. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
