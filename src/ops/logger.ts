import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/** The logger that parts are given: (facts, text), as pino's. */
export type Logger = Pick<
  PinoLogger,
  'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'
>;

export type LogFormat = 'json' | 'console';

/** Names of fields that must never be printed, whatever part logs them. */
const REDACTED = [
  'password',
  'hashedPassword',
  'token',
  'value',
  '*.password',
  '*.hashedPassword',
  '*.token',
];

/** Makes the process's logger on stdout. `level` can be changed while running. */
export function createLogger(options: {
  readonly level: string;
  readonly format: LogFormat;
  readonly destination?: DestinationStream;
}): Logger {
  const destination = options.destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: '(masked)' },
      formatters: { level: label => ({ level: label }) },
      serializers: { error: serializeError },
    },
    options.format === 'console' ? consoleStream(destination) : destination,
  );
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? { code: error.code } : {};
  return { ...code, message: error.message };
}

/** One readable line for each JSON line. */
function consoleStream(destination: DestinationStream): DestinationStream {
  return {
    write(line: string) {
      const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
      const rest = Object.entries(facts)
        .map(
          ([name, value]) =>
            ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
        )
        .join('');
      destination.write(
        `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${String(msg)}${rest}\n`,
      );
    },
  };
}
