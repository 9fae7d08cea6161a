/** 3.5.0 to 3.5.2 can corrupt members after a crash; lines before 3.4 have no learners that we know. */
const UNSUPPORTED = /^3\.5\.[012]$|^3\.[0-3]\.|^2\./;

/** Whether a member's `/version` (N.N.N) names a release that can be followed. */
export function isSupported(version: string): boolean {
  return !UNSUPPORTED.test(version);
}
