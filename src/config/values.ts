import { z } from 'zod';

/** What a value may be, and how its text becomes one. */
export const url = z
  .string()
  .regex(/^(https?:\/\/)?[^\s/]+$/, 'must be host:port or http(s)://host:port');
export const httpUrl = z.string().regex(/^https?:\/\/[^\s/]+$/, 'must be http(s)://host:port');
export const peerUrl = z.string().regex(/^https?:\/\/[^\s/]+:\d+$/, 'must be http(s)://host:port');
export const list = (item: z.ZodType<string>) => z.array(item);
export const text = z.string();
export const flag = z.boolean();

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/;
const DURATION_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;

/** "10m" to seconds; a bare number is seconds. */
export const duration = z
  .string()
  .regex(DURATION, 'must be a duration such as 30s, 10m or 0')
  .transform(value => {
    const [, amount = '0', unit = 's'] = DURATION.exec(value) ?? [];
    return Number(amount) * DURATION_SECONDS[unit as keyof typeof DURATION_SECONDS];
  });

const SIZE = /^(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB)?$/;
const SIZE_BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** "1.5MiB" to bytes; a bare number is bytes. */
export const size = z
  .string()
  .regex(SIZE, 'must be a size such as 1.5MiB')
  .transform(value => {
    const [, amount = '0', unit = 'B'] = SIZE.exec(value) ?? [];
    return Math.floor(Number(amount) * SIZE_BYTES[unit as keyof typeof SIZE_BYTES]);
  });

export const count = z
  .string()
  .regex(/^\d+$/, 'must be a number')
  .transform(value => Number(value));

/** Seconds of "10m", or of a bare number; undefined when it is no duration. */
export function parseDuration(value: string): number | undefined {
  const result = duration.safeParse(value);
  return result.success ? result.data : undefined;
}

export const percent = z
  .string()
  .regex(/^(?:100|[1-9]\d?)%?$/, 'must be a share from 1 to 100')
  .transform(value => Number(value.replace('%', '')));
