import { applyEntry, applyPayload } from '../../src/apply/apply-entry.ts';
import { describeApplied, describePermission } from '../../src/apply/describe.ts';
import { MemoryState } from '../../src/apply/memory-state.ts';
import { sourceProfile } from '../../src/apply/semantics.ts';
import type { Applied, SourceProfile } from '../../src/apply/types.ts';
import { SyncerError } from '../../src/ops/errors.ts';
import type { ByteString } from '../../src/wire/bytes.ts';
import { ConfChangeType, encodeConfChange } from '../../src/wire/conf-change.ts';
import { EntryType, type Request, type RequestHeader } from '../../src/wire/types.ts';
import { requestOf, type Words, wordsOf } from './script-requests.ts';

/** A source of one state, driven by the commands of a script. */
export class ScriptRunner {
  #state = new MemoryState();
  #profile: SourceProfile = sourceProfile(['3.5.30'], 3, 2);
  #index = 0;

  run(command: readonly string[]): string {
    const given = wordsOf(command[0] ?? '');
    switch (given.words[0] as string) {
      case 'source':
        return this.#source(given);
      case 'state':
        return this.#describeState();
      case 'keys':
        return this.#describeKeys();
      case 'auth':
        return this.#describeAuth();
      case 'orphan':
        return this.#orphan(given);
      case 'conf-change':
        return this.#apply(() => this.#confChange(given));
      case 'v2':
        return this.#apply(() => this.#v2(given));
      case 'empty':
        return this.#apply(() => applyPayload({ kind: 'empty' }, this.#state, this.#profile));
      default:
        return this.#request(command, given);
    }
  }

  #source({ words, options }: Words): string {
    this.#state = new MemoryState();
    this.#profile = sourceProfile(
      words.slice(1),
      Number(options.get('voters') ?? 3),
      Number(options.get('min-ttl') ?? 2),
      Number(options.get('max-learners') ?? 1),
    );
    return this.#profile.readings.map(({ name }) => name).join('\n');
  }

  /** A record that names a lease which never existed, as snapshots can hold them. */
  #orphan({ words }: Words): string {
    const [, key = '' as ByteString, lease = '0'] = words;
    const revision = this.#state.revision + 1;
    const record = {
      createRevision: revision,
      modRevision: revision,
      version: 1,
      lease: BigInt(lease),
      value: new Uint8Array(),
    };
    this.#state.advance([
      { kind: 'put', key, record, previousLease: record.lease },
      { kind: 'revision', revision },
    ]);
    return 'ok';
  }

  #request(command: readonly string[], given: Words): string {
    const request: Request | undefined = requestOf(command);
    if (request === undefined) throw new Error(`unknown command: ${command[0]}`);
    const header = this.#header(given.options.get('as'));
    return this.#apply(() =>
      applyPayload({ kind: 'v3', header, request }, this.#state, this.#profile),
    );
  }

  /** `name@revision`, or `name` with the auth store's current revision. */
  #header(as: string | undefined): RequestHeader {
    const [username = '', revision] = (as ?? '@0').split('@');
    const authRevision = revision === undefined ? this.#state.auth.revision : Number(revision);
    return { id: 1n, username: username as ByteString, authRevision };
  }

  #confChange({ words, options }: Words): Applied {
    const [, verb = '', id = '0'] = words as readonly string[];
    const types: Readonly<Record<string, number>> = {
      add: ConfChangeType.AddNode,
      promote: ConfChangeType.AddNode,
      'add-learner': ConfChangeType.AddLearnerNode,
      update: ConfChangeType.UpdateNode,
      remove: ConfChangeType.RemoveNode,
    };
    const context = {
      peerURLs: options.get('url')?.split(','),
      isLearner: verb === 'add-learner' || options.has('learner') ? true : undefined,
      name: options.get('name'),
      isPromote: verb === 'promote',
    };
    const data = encodeConfChange({
      id: 1n,
      type: types[verb] ?? Number(verb),
      nodeId: BigInt(`0x${id}`),
      context:
        verb === 'remove'
          ? new Uint8Array()
          : new TextEncoder().encode(
              // The member's ID is a JSON number that a double can't hold.
              JSON.stringify(context).replace('{', `{"id":${BigInt(`0x${id}`)},`),
            ),
    });
    this.#index += 1;
    const entry = { type: EntryType.ConfChange, term: 1, index: this.#index, data };
    return applyEntry(entry, this.#state, this.#profile);
  }

  #v2({ words }: Words): Applied {
    const [, method = '', path = '', ...value] = words as readonly string[];
    return applyPayload(
      { kind: 'v2', method, path, value: value.join(' ') },
      this.#state,
      this.#profile,
    );
  }

  #apply(act: () => Applied): string {
    try {
      const applied = act();
      this.#state.advance(applied.changes);
      return describeApplied(applied).replaceAll('; ', '\n');
    } catch (error) {
      if (!(error instanceof SyncerError)) throw error;
      return `stops: ${error.code}: ${error.message}`;
    }
  }

  #describeState(): string {
    const { revision, compactRevision } = this.#state;
    return [`revision ${revision} compacted ${compactRevision}`, this.#describeKeys()]
      .filter(text => text !== '')
      .join('\n');
  }

  #describeKeys(): string {
    const keys = [...this.#state.scanKeys('' as ByteString, undefined)].map(([key, record]) => {
      const { createRevision, modRevision, version, lease, value } = record;
      const bound = lease === 0n ? '' : ` lease=${lease}`;
      return `${key}=${Buffer.from(value).toString('latin1')} ${createRevision}/${modRevision}/${version}${bound}`;
    });
    const leases = this.#state.leases().map(([id, { ttl, remainingTtl }]) => {
      const attached = [...this.#state.scanAttachments(id)].join(' ');
      return `lease ${id} ttl=${ttl} remaining=${remainingTtl} [${attached}]`;
    });
    return [...keys, ...leases].join('\n');
  }

  #describeAuth(): string {
    const { enabled, revision, users, roles } = this.#state.auth;
    return [
      `${enabled ? 'on' : 'off'} revision ${revision}`,
      ...[...users.values()].map(({ name, password, roles: held, noPassword }) => {
        const stored =
          password === 'unknown' ? 'unknown' : Buffer.from(password).toString('latin1');
        return `user ${name} password=${stored} no-password=${noPassword} [${held.join(' ')}]`;
      }),
      ...[...roles.values()].map(
        ({ name, permissions }) =>
          `role ${name} [${permissions.map(describePermission).join(', ')}]`,
      ),
    ].join('\n');
  }
}
