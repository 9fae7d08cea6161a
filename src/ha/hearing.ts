/** What a writer hears of the source. */
export interface Hearing {
  /** Since it began to lead. */
  readonly ledMs: number;
  /** Since the last message of a member of the source; undefined = none came since it leads. */
  readonly silentMs: number | undefined;
}

/** Leaders send heartbeats several times in an election timeout; after two of them the source has another leader. */
const SILENT_ELECTIONS = 2;
const LEAST_SILENT_MS = 2_000;
/** A new seat may take its time, or be refused while a member is down. */
const UNHEARD_MS = 30_000;
/** Each change of the writer costs the source a learner: an unsteady network does not have one after the other. */
const LEAST_LED_MS = 10_000;

/** Whether a writer does not hear the source, so that a replica that reaches it had better write. */
export function isDeaf({ ledMs, silentMs }: Hearing, electionTimeoutMs: number): boolean {
  if (silentMs === undefined) return ledMs >= UNHEARD_MS;
  const limitMs = Math.max(LEAST_SILENT_MS, SILENT_ELECTIONS * electionTimeoutMs);
  return ledMs >= LEAST_LED_MS && silentMs >= limitMs;
}
