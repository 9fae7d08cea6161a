/**
 * How a member's attributes stand in the log: a bare request of the v2 store, or ClusterMemberAttrSet
 * (field 1301 of InternalRaftRequest).
 */
export type PublishForm = 'v2' | 'attributes';

/** Why nothing may be proposed. */
export interface PublishRefusal {
  readonly refused: string;
}

/**
 * The forms that members of a line survive. The others panic on them, and again at each start, since the
 * entry stays in the log: 3.4 has no applier for field 1301, 3.7 does not decode v2 requests any more.
 */
const SURVIVED: ReadonlyMap<string, ReadonlySet<PublishForm>> = new Map([
  ['3.4', new Set<PublishForm>(['v2'])],
  ['3.5', new Set<PublishForm>(['v2', 'attributes'])],
  ['3.6', new Set<PublishForm>(['v2', 'attributes'])],
  ['3.7', new Set<PublishForm>(['attributes'])],
]);

/**
 * 3.7 dies of v2 requests that 3.5 members left in a log without a snapshot since. Members of 3.5 write
 * them at every start, so a v2 entry from the time of 3.4 is never the last of its kind; one from later could be.
 */
const PREFERRED: readonly PublishForm[] = ['attributes', 'v2'];

const SERVER_VERSION = /^(\d+)\.(\d+)\.\d+$/;
const CLUSTER_VERSION = /^(\d+)\.(\d+)\.0$/;

/**
 * The form of an attributes entry that every member survives, or why there is none for certain.
 *
 * @param versions etcdserver of each member, learners included and we not; undefined = not known
 * @param clusterVersion as the cluster agreed on it, N.N.0; '' = it has not
 */
export function publishForm(
  versions: readonly (string | undefined)[],
  clusterVersion: string,
): PublishForm | PublishRefusal {
  if (versions.length === 0) return { refused: 'no member is known' };
  const minors: number[] = [];
  for (const version of versions) {
    if (version === undefined) return { refused: 'the version of a member is not known' };
    const minor = minorOf(version, SERVER_VERSION);
    if (minor === undefined)
      return { refused: `a member runs ${version}, which is not known here` };
    minors.push(minor);
  }
  const oldest = Math.min(...minors);
  const agreed = minorOf(clusterVersion, CLUSTER_VERSION);
  // The cluster version is that of the oldest member; while it is not, an upgrade or a downgrade is under way.
  if (agreed !== oldest) {
    const text = clusterVersion === '' ? 'not agreed on' : clusterVersion;
    return { refused: `the cluster version is ${text}, the oldest member runs 3.${oldest}` };
  }
  if (Math.max(...minors) - oldest > 1) {
    return { refused: 'the members are of lines that can not be in one cluster' };
  }
  const form = PREFERRED.find(wanted =>
    minors.every(minor => SURVIVED.get(`3.${minor}`)?.has(wanted)),
  );
  return form ?? { refused: 'no form suits all members' };
}

/** The minor number of a version whose line is known; undefined for all others. */
function minorOf(version: string, pattern: RegExp): number | undefined {
  const [, major, minor] = pattern.exec(version) ?? [];
  return SURVIVED.has(`${major}.${minor}`) ? Number(minor) : undefined;
}
