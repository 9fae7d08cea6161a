import { describeEntry } from '../../src/wire/describe.ts';
import { type Message, MessageType } from '../../src/wire/types.ts';
import type { Item } from './second-decoder.ts';

const TYPE_NAMES = new Map<number, string>(
  Object.entries(MessageType).map(([name, type]) => [type, name]),
);

/** Lines for what a stream holds: a line per message, its entries below it, repetitions counted. */
export function describeItems(items: readonly Item[], names: ReadonlyMap<bigint, string>): string {
  const lines: { text: string; times: number }[] = [];
  for (const item of items) {
    const text = item === 'link-heartbeat' ? 'link heartbeat' : describeMessage(item, names);
    const last = lines.at(-1);
    if (last?.text === text) last.times += 1;
    else lines.push({ text, times: 1 });
  }
  const described = lines.map(({ text, times }) => (times === 1 ? text : `${text} x${times}`));
  return withNames(described.join('\n'), names);
}

function describeMessage(m: Message, names: ReadonlyMap<bigint, string>): string {
  const name = (id: bigint) => names.get(id) ?? id.toString(16);
  const head = [
    `${TYPE_NAMES.get(m.type) ?? `type-${m.type}`} ${name(m.from)}>${name(m.to)} term=${m.term}`,
    m.index === 0 && m.logTerm === 0 ? '' : ` prev=${m.logTerm}/${m.index}`,
    m.commit === 0 ? '' : ` commit=${m.commit}`,
    m.reject ? ` reject hint=${m.rejectHint}` : '',
    m.context.length === 0 ? '' : ` context=${m.context.length} bytes`,
  ].join('');
  if (m.type === MessageType.ReadIndexResp) {
    return `${head} "${m.entries.map(({ data }) => Buffer.from(data).toString('latin1'))}"`;
  }
  const { snapshot } = m;
  const conf =
    snapshot === undefined
      ? []
      : [
          `  snapshot ${snapshot.term}/${snapshot.index}`,
          `  voters ${snapshot.confState.voters.map(name).join(' ')}`,
          `  learners ${snapshot.confState.learners.map(name).join(' ')}`,
        ];
  return [head, ...conf, ...m.entries.map(entry => `  ${describeEntry(entry)}`)].join('\n');
}

/** Member IDs differ with every capture; their names don't. */
function withNames(text: string, names: ReadonlyMap<bigint, string>): string {
  let named = text;
  for (const [id, name] of names) named = named.replaceAll(id.toString(16), name);
  return named;
}
