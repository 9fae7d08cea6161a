import type { ErrorCode } from '../../ops/error-codes.ts';
import { toSyncerError } from '../../ops/errors.ts';

/** What became of one check. unknown: it could not be made, which is no fault. */
export type FindingState = 'ok' | 'warning' | 'error' | 'unknown';

export interface Finding {
  /** What was looked at, in a few words. */
  readonly check: string;
  readonly state: FindingState;
  readonly code?: ErrorCode;
  readonly text: string;
}

export function ok(check: string, text: string): Finding {
  return { check, state: 'ok', text };
}

export function warning(check: string, code: ErrorCode, text: string): Finding {
  return { check, state: 'warning', code, text };
}

export function failed(check: string, code: ErrorCode, text: string): Finding {
  return { check, state: 'error', code, text };
}

export function unknown(check: string, text: string): Finding {
  return { check, state: 'unknown', text };
}

/** Makes a check; what it throws is an error found. */
export async function look(
  check: string,
  work: () => Promise<Finding | readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return [await work()].flat();
  } catch (error) {
    const { code, message } = toSyncerError(error);
    return [failed(check, code, message)];
  }
}
