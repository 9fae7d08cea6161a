/** Has the wall clock of a process jump that was started with the environment of `clockEnv`. */
export const CLOCK_SIGNAL = 'SIGWINCH';

/** What it says then. */
export const CLOCK_JUMPED = 'the clock has jumped to ';

const HOUR_MS = 3_600_000;
/** One after the other, each from the true time. */
const JUMPS_MS = [HOUR_MS, -24 * HOUR_MS];

/*
 * JavaScript sees the wall clock through Date alone, and TLS through what is done natively, which stays as it is. Timers
 * and performance.now() are of the monotonic clock, which does not jump either when somebody sets the clock of a host.
 */
const PRELOAD = `
const Real = Date;
let jumped = 0;
let offsetMs = 0;
const jumps = ${JSON.stringify(JUMPS_MS)};
globalThis.Date = class Date extends Real {
  constructor(...args) {
    if (args.length === 0) super(Real.now() + offsetMs);
    else super(...args);
  }
  static now() {
    return Real.now() + offsetMs;
  }
};
process.on('${CLOCK_SIGNAL}', () => {
  offsetMs = jumps[jumped % jumps.length];
  jumped += 1;
  process.stderr.write('${CLOCK_JUMPED}' + new Date().toISOString() + '\\n');
});
`;

export const clockEnv: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`,
};
