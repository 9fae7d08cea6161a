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
  /** 'retried' = the process goes on trying; 'stops' = it ends with exit code 3 (2 for usage). */
  readonly effect: 'retried' | 'stops' | 'refused' | 'reported';
}
