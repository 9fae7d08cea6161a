import { header } from '../kit/http-record.ts';
import { readConfChange } from '../kit/raftpb.ts';
import type { Sent } from './wiretap.ts';

/** What is true of the cluster that a seat sat in. */
export interface Facts {
  readonly seat: bigint;
  /** What its members run, N.N.N. */
  readonly version: string;
  /** Its last raft index, by its own word, at the end. */
  readonly lastIndex: number;
  /** The seat was promoted: it may propose its own removal, and has to answer votes. */
  readonly isPromoted: boolean;
  /** Its process was ended for a while: what came then has no answer. */
  readonly wasAway?: boolean;
}

const CONF_CHANGE = 1;
const REMOVE_NODE = 1;

/** Answers to what a leader or a candidate says, and our one question. */
const ALLOWED = [
  'MsgAppResp',
  'MsgHeartbeatResp',
  'MsgVoteResp',
  'MsgPreVoteResp',
  'MsgReadIndex',
  'MsgProp',
];

/**
 * The ways to kill a source, each with what a seat has sent of it: nothing, or one line for each thing
 * that must not have been sent.
 */
export const FORBIDDEN = {
  /** rafthttp/stream.go dial: 410 = `the member has been permanently removed` = the voter shuts down. */
  gone: ({ answers }: Sent) => withStatus(answers, 410),
  /** rafthttp/pipeline.go post, util.go checkPostResponse: 403 shuts the voter down. */
  forbidden: ({ answers }: Sent) => withStatus(answers, 403),
  /** rafthttp/util.go serverVersion: semver.Must panics. */
  versionHeader: ({ answers, requests }: Sent, { version }: Facts) =>
    [
      ...answers.map(({ path, answer }) => ({ path, said: header(answer, 'x-server-version') })),
      ...requests.map(({ path, request }) => ({ path, said: header(request, 'x-server-version') })),
    ]
      .filter(({ said }) => said !== undefined && said !== version)
      .map(({ path, said }) => `X-Server-Version ${said} with ${path}`),
  /** rafthttp/msgappv2_codec.go decode: frames of type 1 and 2 are trusted. */
  msgapp: ({ msgapp }: Sent) =>
    [...msgapp].filter(byte => byte !== 0).map(byte => `byte ${byte} on a msgapp stream`),
  /** Any proposal whose bytes are not known here: everything but the removal of the own seat. */
  proposals: ({ messages }: Sent, { seat, isPromoted }: Facts) =>
    messages
      .filter(({ name }) => name === 'MsgProp')
      .flatMap(({ entries }) => {
        const [entry] = entries;
        if (entry === undefined || entries.length !== 1) return [`${entries.length} entries`];
        if (entry.type !== CONF_CHANGE) return [`an entry: ${entry.data.toString('hex')}`];
        const { id, type, nodeId } = readConfChange(entry.data);
        const isOwnRemoval = type === REMOVE_NODE && nodeId === seat && id !== 0n;
        return isPromoted && isOwnRemoval ? [] : [`a conf change: ${entry.data.toString('hex')}`];
      }),
  /** raft.go stepLeader: from 3.6 on the leader panics; before, we would miss entries. */
  acknowledgements: ({ messages }: Sent, { lastIndex }: Facts) =>
    messages
      .filter(({ name, index }) => name === 'MsgAppResp' && index > lastIndex)
      .map(({ index }) => `index ${index} acknowledged, the last is ${lastIndex}`),
  /** raft.go Step: a higher term deposes the leader. */
  terms: ({ messages, termsGiven }: Sent) =>
    messages
      .filter(({ name, term }) =>
        name === 'MsgProp' || name === 'MsgReadIndex' ? term !== 0 : !termsGiven.has(term),
      )
      .map(({ name, term }) => `${name} of term ${term}, given: ${[...termsGiven].join(' ')}`),
  /** Nothing that a candidate or a leader says; votes only as answers of a promoted seat. */
  campaigns: ({ messages }: Sent) =>
    messages.filter(({ name }) => !ALLOWED.includes(name)).map(({ name }) => name),
  /** A message of ours that is not of us. */
  names: ({ messages }: Sent, { seat }: Facts) =>
    messages
      .filter(({ from }) => from !== seat)
      .map(({ name, from }) => `${name} in the name of ${from.toString(16)}`),
  /** corrupt.go: a wrong hash raises a CORRUPT alarm. */
  hashes: ({ answers }: Sent) =>
    answers
      .filter(({ path, status }) => path.startsWith('/members/hashkv') && status < 400)
      .map(({ status }) => `hashkv answered with ${status}`),
  /** cluster_util.go GetClusterFromRemotePeers: a joining member believes the first list. */
  members: ({ answers }: Sent) =>
    answers
      .filter(({ path, status }) => path === '/members' && status === 200)
      .map(({ answer }) => answer?.body.toString() ?? '')
      .filter(body => !body.includes('"peerURLs"'))
      .map(body => `members: ${body}`),
  /** An accepted request without an answer blocks a 3.4 or 3.5 leader for ever. */
  unanswered: ({ answers }: Sent, { wasAway = false }: Facts) =>
    answers
      .filter(({ path, status }) => path === '/version' && status === 0 && !wasAway)
      .map(({ path }) => `${path} was not answered`),
} as const satisfies Record<string, (sent: Sent, facts: Facts) => string[]>;

/** Everything forbidden that was sent. */
export function allForbidden(sent: Sent, facts: Facts): string[] {
  return Object.values(FORBIDDEN).flatMap(find => find(sent, facts));
}

function withStatus(answers: Sent['answers'], status: number): string[] {
  return answers
    .filter(answer => answer.status === status)
    .map(({ method, path }) => `${status} to ${method} ${path}`);
}
