import type { MembershipState } from '../apply/types.ts';
import { type PublishForm, publishForm } from '../raft/publish-form.ts';
import type { MemberAnswer, NoAnswer } from './member-answers.ts';

/** Everything that a proposal depends on, as of one moment. */
export interface PublishSurvey {
  readonly memberId: bigint;
  readonly name: string;
  /** As of the entries applied here. */
  readonly membership: MembershipState;
  /** The other members as of the committed entries, which may be ahead of those applied. */
  readonly others: readonly bigint[];
  readonly answers: ReadonlyMap<bigint, MemberAnswer | NoAnswer>;
}

export type PublishVerdict =
  | { readonly kind: 'published' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** `facts` is equal for equal surroundings: two looks with a pause between must give the same. */
  | { readonly kind: 'allowed'; readonly form: PublishForm; readonly facts: string };

/**
 * Whether the name of our seat may be proposed, and how. An attributes entry for a member that is not known,
 * or of a form that one member can't decode, kills that member at every start. So anything that does not fit
 * is a refusal.
 */
export function judgePublish(survey: PublishSurvey): PublishVerdict {
  const { memberId, name, membership, others, answers } = survey;
  const { members, removed, clusterVersion } = membership;
  const own = members.get(memberId);
  if (removed.has(memberId)) return refused('our seat was removed');
  if (own === undefined) return refused('the entry that adds our seat is not applied here');
  if (!own.isLearner) return refused('our seat was promoted');
  if (own.name === name && own.clientUrls.length === 0) return { kind: 'published' };
  const known = [...members.keys()].filter(id => id !== memberId);
  if (!sameIds(known, others)) return refused('the membership is changing');
  const given: MemberAnswer[] = [];
  for (const id of known) {
    const answer = answers.get(id);
    const who = `member ${id.toString(16)}`;
    if (answer === undefined) return refused(`${who} was not asked`);
    if ('failure' in answer) return refused(`${who} does not answer: ${answer.failure}`);
    const flaw = answerFlaw(answer, survey);
    if (flaw !== undefined) return refused(`${who} ${flaw}`);
    given.push(answer);
  }
  const form = publishForm(
    given.map(({ server }) => server),
    clusterVersion,
  );
  if (typeof form !== 'string') return refused(form.refused);
  const seen = known.map((id, i) => `${id.toString(16)}=${given[i]?.server}`).sort();
  return { kind: 'allowed', form, facts: [form, clusterVersion, ...seen].join(' ') };
}

function answerFlaw(
  answer: MemberAnswer,
  { memberId, membership }: PublishSurvey,
): string | undefined {
  const { cluster, downgrade, members } = answer;
  const { clusterVersion } = membership;
  if (cluster !== clusterVersion) {
    return `holds ${cluster} for the cluster version, the log says ${clusterVersion || 'none'}`;
  }
  if (downgrade) return 'says that a downgrade is under way';
  if (members.get(memberId) !== true) return 'does not list our seat as a learner';
  if (!sameIds([...members.keys()], [...membership.members.keys()])) {
    return 'lists other members than the log';
  }
  return undefined;
}

function sameIds(a: readonly bigint[], b: readonly bigint[]): boolean {
  const set = new Set(a);
  return a.length === b.length && b.every(id => set.has(id));
}

function refused(reason: string): PublishVerdict {
  return { kind: 'refused', reason };
}
