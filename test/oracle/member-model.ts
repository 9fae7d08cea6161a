import { applyEntry } from '../../src/apply/apply-entry.ts';
import { describeApplied } from '../../src/apply/describe.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sameChanges } from '../../src/apply/readings.ts';
import { semanticsOf, sourceProfile } from '../../src/apply/semantics.ts';
import type { Applied, Change, KeyRecord, SourceProfile } from '../../src/apply/types.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { describeEntry } from '../../src/wire/describe.ts';
import { decodePayload } from '../../src/wire/internal-raft-request.ts';
import { type Entry, EntryType, type Payload } from '../../src/wire/types.ts';
import { Tally } from './tally.ts';

/** Seconds; etcd's default election timeout of 1 s. */
const MIN_LEASE_TTL = 2;

/** A row of the bucket `key` that a change makes. */
export interface Row {
  readonly key: ByteString;
  readonly revision: number;
  readonly record: KeyRecord | undefined;
}

/**
 * What one member must hold, by `applyEntry`: the reading is that of this very member, the proposer's for
 * what it proposed and was not told again after a restart. Beside it the readings that an outsider
 * must reckon with are evaluated: where the member's differs from the one taken, the outcome must say so.
 */
export class MemberModel {
  readonly id: bigint;
  readonly state = new MemoryState();
  readonly rows: Row[] = [];
  /** The entries since the last comparison, with what we say of them. */
  readonly recent: (() => string)[] = [];
  /** By kind of request: what became of it. */
  readonly outcomes = new Tally();
  /** Entries whose effect an outsider can't know from the log. */
  ambiguous = 0;
  /** Of those the ones in which this member differed from the reading that is taken. */
  readonly departed: string[] = [];
  /** What `applyEntry` said wrongly of its own certainty. */
  readonly unannounced: string[] = [];
  index = 0;
  readonly #version: string;
  readonly #outside: SourceProfile;
  /** Up to here entries are applied without a waiting client, after a restart. */
  #replayedUpTo = 0;
  /** The member started while an alarm was up, and runs the chain that it made then. */
  #startedUnderAlarm = false;

  constructor(id: bigint, version: string, voters: number) {
    this.id = id;
    this.#version = version;
    this.#outside = sourceProfile([version], voters, MIN_LEASE_TTL);
  }

  /** The member was stopped and has started again; what it had applied behind the model's position comes again. */
  restarted(appliedBefore: number): void {
    this.#replayedUpTo = appliedBefore;
    this.#startedUnderAlarm = this.state.alarms.alarms.some(({ type }) => type !== 0);
  }

  /** 3.4 applies entries again that are in its database already. */
  goBackTo(index: number): void {
    this.index = index;
  }

  apply(entry: Entry): void {
    const payload = payloadOf(entry);
    const kind = payload?.kind === 'v3' ? payload.request.kind : (payload?.kind ?? 'conf-change');
    const own = applyEntry(entry, this.state, this.#ownProfile(payload));
    const outside = applyEntry(entry, this.state, this.#outside);
    this.#judge(entry, own, outside);
    this.outcomes.add(kind, own.outcome.kind);
    if (own.outcome.kind === 'refused') this.outcomes.add(`${kind}: refused`, own.outcome.reason);
    this.recent.push(() => `${describeEntry(entry)} => ${describeApplied(own)}`);
    this.#record(own.changes);
    this.#noticeSwitch(own.changes);
    this.state.advance(own.changes);
    this.index = entry.index;
  }

  /** Rows that no compaction may have taken. */
  liveRows(): Row[] {
    return this.rows.filter(({ revision }) => revision > this.state.compactRevision);
  }

  #judge(entry: Entry, own: Applied, outside: Applied): void {
    const differs = !sameChanges(own.changes, outside.changes);
    if (outside.outcome.kind === 'ambiguous') {
      this.ambiguous += 1;
      if (differs) this.departed.push(describeEntry(entry));
    } else if (differs) {
      this.unannounced.push(describeEntry(entry));
    }
  }

  #ownProfile(payload: Payload | undefined): SourceProfile {
    const semantics = semanticsOf(this.#version);
    const proposer = payload?.kind === 'v3' && payload.header.id >> 48n === (this.id & 0xffffn);
    const waits = proposer && this.index >= this.#replayedUpTo;
    return {
      minLeaseTtl: MIN_LEASE_TTL,
      readings: [
        {
          name: waits ? 'the proposer' : 'a follower',
          semantics: {
            ...semantics,
            stripTopLevelRanges: semantics.stripTopLevelRanges && !waits,
            alarmDropsAuth: semantics.alarmDropsAuth && !this.#startedUnderAlarm,
          },
        },
      ],
    };
  }

  /** The first alarm of a type, and the last one that goes, make a running member build its chain anew. */
  #noticeSwitch(changes: readonly Change[]): void {
    const before = new Set(this.state.alarms.alarms.map(({ type }) => type));
    for (const change of changes) {
      if (change.kind !== 'alarms') continue;
      const after = new Set(change.alarms.alarms.map(({ type }) => type));
      if (before.size !== after.size) this.#startedUnderAlarm = false;
    }
  }

  #record(changes: readonly Change[]): void {
    const revision = this.state.revision + 1;
    for (const change of changes) {
      if (change.kind === 'put')
        this.rows.push({ key: change.key, revision, record: change.record });
      if (change.kind === 'delete')
        this.rows.push({ key: change.key, revision, record: undefined });
    }
  }
}

function payloadOf({ type, data }: Entry): Payload | undefined {
  return type === EntryType.Normal ? decodePayload(data, { v2Requests: true }) : undefined;
}
