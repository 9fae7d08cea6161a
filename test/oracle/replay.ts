import { join } from 'node:path';
import { WalDirectory } from '../../src/wal/wal-directory.ts';
import { redactEntries } from '../../src/wire/redact-passwords.ts';
import type { Entry } from '../../src/wire/types.ts';
import { readAll } from '../snapshot/file.ts';
import { contentsOfFile, contentsOfModel, judge } from './judge.ts';
import { MemberModel } from './member-model.ts';
import { type Expected, plainJson } from './regression.ts';

export interface ReplayOptions {
  /** The data directory of a member that has stopped, or a copy of it. */
  readonly dataDir: string;
  /** The release that wrote it all, as in 3.5.30. */
  readonly version: string;
  /** Voters of its cluster: of a single one it is known which reading an entry has. */
  readonly voters: number;
}

export interface Replay {
  readonly model: MemberModel;
  /** Without passwords and tokens. */
  readonly entries: readonly Entry[];
  readonly expected: Expected;
  /** What the member's database and ours differ in. */
  readonly failures: readonly string[];
}

/**
 * A member's own log from its first entry on, applied, and compared with its own database. What it applied anew after a
 * crash, without the clients that had waited, can't be told from the log: an ambiguous entry may be taken otherwise.
 *
 * Errors: those of the log and of the database; Error when the log does not begin with entry 1.
 */
export async function replayMember({ dataDir, version, voters }: ReplayOptions): Promise<Replay> {
  const wal = await WalDirectory.open(dataDir);
  if (wal.firstIndex !== 1) {
    throw new Error(`the log begins with entry ${wal.firstIndex}: what was before can't be known`);
  }
  const file = await readAll(join(dataDir, 'member', 'snap', 'db'));
  const model = new MemberModel(wal.memberId, version, voters);
  const entries: Entry[] = [];
  let failures: string[] = [];
  for await (const entry of wal.entries(1, Math.max(wal.commit, file.meta.index))) {
    // 3.4 stores no index for entries that wrote no key: those that follow may be in its database, too.
    if (model.index >= file.meta.index) {
      failures = judge(model, file, version);
      if (failures.length === 0 || !version.startsWith('3.4.')) break;
    }
    const [redacted = entry] = redactEntries([{ ...entry, data: Uint8Array.from(entry.data) }]);
    entries.push(redacted);
    model.apply(redacted);
  }
  if (model.index < file.meta.index) {
    throw new Error(
      `the log ends with entry ${model.index}, the database is at ${file.meta.index}`,
    );
  }
  failures = judge(model, file, version);
  const contents = contentsOfFile(file, contentsOfModel(model, version), version);
  const expected = {
    about: `a member's own log, ${model.index} entries`,
    version,
    memberId: wal.memberId.toString(16),
    voters,
    contents: plainJson(contents),
  };
  return { model, entries, expected, failures: [...failures, ...model.unannounced] };
}
