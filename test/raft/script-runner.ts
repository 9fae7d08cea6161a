import { Learner } from '../../src/raft/learner.ts';
import { LogTerms } from '../../src/raft/log-terms.ts';
import type { RaftEvent, Ready } from '../../src/raft/types.ts';
import { decodeConfChange } from '../../src/wire/conf-change.ts';
import { message } from '../../src/wire/raft-message.ts';
import { type Entry, EntryType, type Message, MessageType } from '../../src/wire/types.ts';
import { type Directive, directive } from '../kit/datadriven.ts';

const SELF = 9n;
const TYPE_NAMES = new Map<number, string>(
  Object.entries(MessageType).map(([name, type]) => [type, name]),
);
const TYPES: ReadonlyMap<string, number> = new Map(Object.entries(MessageType));

interface Position {
  readonly term: number;
  readonly index: number;
}

/** `term/index`, as raft's own tests write it. */
function position(text: string): Position {
  const [term = '', index = ''] = text.split('/');
  if (!/^\d+\/\d+$/.test(text)) throw new Error(`not term/index: ${text}`);
  return { term: Number(term), index: Number(index) };
}

function positions(text: string | undefined): Position[] {
  return text === undefined || text === '' ? [] : text.split(',').map(position);
}

const show = ({ term, index }: Position): string => `${term}/${index}`;

/**
 * A learner (ID 9) and the shell around it, driven by the commands of a script: it writes what the learner
 * wants written at once, and syncs when the script says so.
 *
 * - `learner [base=T/I] [log=T/I,...] [term=N] [vote=N] [commit=N]` begins anew
 * - `App|Heartbeat|Snap|Vote|... [from=1] [to=9] term=N ...` is a message: `prev=T/I` (or the candidate's `last=T/I`),
 *   `entries=T/I,...`, `commit=N`, `context=TEXT`, `snapshot=T/I`, `index=N`
 * - `tick MS` lets time pass and tells the learner, `wait MS` does not tell
 * - `sync [durable=N]`, or `sync-starts NAME` and `sync-ends NAME`
 * - `installed T/I`, `install-fails`, `read-index TEXT`, `leave ID`, `propose TEXT`
 * - `restart` makes a new learner of what is on the disk, `status` shows both
 */
export class RaftScript {
  #terms = new LogTerms({ index: 0, term: 0 });
  #hardState = { term: 0, vote: 0n, commit: 0 };
  #learner = this.#make();
  #now = 0;
  #commit = 0;
  readonly #tokens = new Map<string, number>();

  run(command: readonly string[]): string {
    const lines = command.map(line => this.#one(directive(line)));
    return lines.flat().join('\n') || 'ok';
  }

  #one(line: Directive): string[] {
    const { name, words, options } = line;
    const [word = ''] = words;
    const type = TYPES.get(name);
    if (type !== undefined) return this.#take(this.#learner.step(messageOf(type, line), this.#now));
    switch (name) {
      case 'learner':
        return this.#begin(options);
      case 'restart':
        this.#learner = this.#make();
        this.#commit = this.#learner.commit;
        return this.#status();
      case 'status':
        return this.#status();
      case 'tick':
        this.#now += Number(word);
        return this.#take(this.#learner.tick(this.#now));
      case 'ticks':
        return this.#ticks(Number(word), Number(words[1]));
      case 'wait':
        this.#now += Number(word);
        return [];
      case 'sync':
        return this.#synced(this.#learner.syncToken(), options);
      case 'sync-starts':
        this.#tokens.set(word, this.#learner.syncToken());
        return [];
      case 'sync-ends':
        return this.#synced(this.#tokens.get(word) ?? Number.NaN, options);
      case 'installed':
        this.#terms = new LogTerms(position(word));
        return this.#take(this.#learner.snapshotInstalled(this.#terms));
      case 'install-fails':
        this.#learner.snapshotFailed();
        return [];
      case 'read-index':
        return shown(this.#learner.proposals.readIndex(new TextEncoder().encode(word)));
      case 'leave':
        return shown(this.#learner.proposals.leave(BigInt(word)));
      case 'propose':
        return shown(this.#learner.proposals.propose(new TextEncoder().encode(word)));
      default:
        throw new Error(`unknown command: ${name}`);
    }
  }

  #begin(options: ReadonlyMap<string, string>): string[] {
    this.#terms = new LogTerms(position(options.get('base') ?? '0/0'));
    for (const { term, index } of positions(options.get('log'))) {
      if (index !== this.#terms.lastIndex + 1) throw new Error(`${index} is not the next index`);
      this.#terms.push(term);
    }
    this.#hardState = {
      term: Number(options.get('term') ?? this.#terms.lastTerm),
      vote: BigInt(options.get('vote') ?? 0),
      commit: Number(options.get('commit') ?? 0),
    };
    this.#now = 0;
    this.#tokens.clear();
    this.#learner = this.#make();
    this.#commit = this.#learner.commit;
    return this.#status();
  }

  #make(): Learner {
    return new Learner({
      id: SELF,
      terms: this.#terms,
      hardState: this.#hardState,
      electionTimeoutMs: 1_000,
    });
  }

  #status(): string[] {
    const { term, leader, commit } = this.#learner;
    const { base } = this.#terms;
    const log: string[] = [];
    for (let index = base.index + 1; index <= this.#terms.lastIndex; index += 1)
      log.push(show({ term: this.#terms.termAt(index) ?? -1, index }));
    return [
      `term=${term} vote=${this.#hardState.vote} leader=${leader} commit=${commit}`,
      `base ${show(base)} log ${log.join(' ') || '-'}`,
    ];
  }

  /** Many ticks of the same length: how often each answer went out. */
  #ticks(count: number, ms: number): string[] {
    const counts = new Map<string, number>();
    for (let i = 0; i < count; i += 1) {
      this.#now += ms;
      for (const line of this.#take(this.#learner.tick(this.#now)))
        counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    return [...counts].map(([line, times]) => `${line} x${times}`);
  }

  #synced(token: number, options: ReadonlyMap<string, string>): string[] {
    const durable = Number(options.get('durable') ?? this.#terms.lastIndex);
    return this.#learner.synced(token, durable).map(sent => `send ${showMessage(sent)}`);
  }

  /** The shell's part, in the order that Ready demands. */
  #take(ready: Ready): string[] {
    const lines: string[] = [];
    const { entries, hardState } = ready;
    const first = entries[0];
    if (first !== undefined) {
      if (first.index <= this.#terms.lastIndex) {
        this.#terms.truncate(first.index - 1);
        lines.push(`truncate after ${this.#terms.lastIndex}`);
      }
      for (const entry of entries) this.#terms.push(entry.term);
      lines.push(`append ${entries.map(show).join(' ')}`);
    }
    if (hardState !== undefined) {
      this.#hardState = hardState;
      const { term, vote, commit } = hardState;
      lines.push(`hard-state term=${term} vote=${vote} commit=${commit}`);
    }
    lines.push(...ready.immediate.map(sent => `send ${showMessage(sent)}`));
    if (ready.needsSync) lines.push('needs sync');
    if (ready.commit !== this.#commit) lines.push(`committed ${ready.commit}`);
    this.#commit = ready.commit;
    if (ready.install?.snapshot !== undefined)
      lines.push(`install ${show(ready.install.snapshot)}`);
    lines.push(...ready.events.map(showEvent));
    return lines;
  }
}

function messageOf(type: number, { options }: Directive): Message {
  const number = (name: string) => Number(options.get(name) ?? 0);
  const prev = position(options.get('prev') ?? options.get('last') ?? '0/0');
  const snapshot = options.get('snapshot');
  const base = message({
    type,
    to: BigInt(options.get('to') ?? SELF),
    from: BigInt(options.get('from') ?? 1),
    term: number('term'),
    index: options.has('index') ? number('index') : prev.index,
    logTerm: prev.term,
    entries: entriesOf(options),
    commit: number('commit'),
    context: new TextEncoder().encode(options.get('context') ?? ''),
  });
  if (snapshot === undefined) return base;
  const confState = {
    voters: [1n],
    learners: [SELF],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
  return { ...base, snapshot: { ...position(snapshot), confState, data: new Uint8Array(0) } };
}

/** `data=TEXT` is an entry without a position, as ReadIndexResp has one. */
function entriesOf(options: ReadonlyMap<string, string>): Entry[] {
  const data = options.get('data');
  const type = EntryType.Normal;
  if (data !== undefined)
    return [{ type, term: 0, index: 0, data: new TextEncoder().encode(data) }];
  return positions(options.get('entries')).map(at => ({ type, ...at, data: new Uint8Array(0) }));
}

function shown(sent: Message | undefined): string[] {
  return [sent === undefined ? 'no leader' : `send ${showMessage(sent)}`];
}

function showMessage(sent: Message): string {
  const { type, from, to, term, index, logTerm, reject, rejectHint, context, entries } = sent;
  return [
    `${TYPE_NAMES.get(type) ?? type} ${from}>${to} term=${term}`,
    index === 0 ? '' : ` index=${index}`,
    reject ? ' reject' : '',
    reject && type === MessageType.AppResp ? ` hint=${logTerm}/${rejectHint}` : '',
    context.length === 0 ? '' : ` context=${new TextDecoder().decode(context)}`,
    ...entries.map(entry => ` ${showEntry(entry)}`),
  ].join('');
}

function showEntry({ type, data }: Entry): string {
  if (type === EntryType.Normal) return `"${new TextDecoder().decode(data)}"`;
  const change = decodeConfChange(data);
  return `conf-change type=${change.type} node=${change.nodeId} id=${change.id}`;
}

function showEvent(event: RaftEvent): string {
  switch (event.kind) {
    case 'leader-changed':
      return `event leader-changed leader=${event.leader} term=${event.term}`;
    case 'lost-log':
      return `event lost-log acknowledged=${event.acknowledged} last=${event.last}`;
    case 'diverged':
      return `event diverged index=${event.index} commit=${event.commit}`;
    case 'read-index':
      return `event read-index ${new TextDecoder().decode(event.context)} index=${event.index}`;
    case 'vote':
      return `event vote candidate=${event.candidate} term=${event.term} granted=${event.granted}`;
    case 'timeout-now-ignored':
      return `event timeout-now-ignored from=${event.from}`;
    case 'malformed':
      return `event malformed from=${event.from}: ${event.reason}`;
  }
}
