import { EtcdCluster } from '../test/kit/cluster.ts';
import type { ScenarioOptions } from './types.ts';

/** A source of as many members as the bench is asked for. */
export function startSource(
  { source, members }: Pick<ScenarioOptions, 'source' | 'members'>,
  flags: readonly string[] = [],
): Promise<EtcdCluster> {
  return EtcdCluster.start({ programs: source, size: members, flags });
}

/** A destination of as many members as the bench is asked for. */
export function startDestination({
  destination,
  members,
}: Pick<ScenarioOptions, 'destination' | 'members'>): Promise<EtcdCluster> {
  return EtcdCluster.start({ programs: destination, size: members });
}

/** What a meter takes of a cluster: all of its members. */
export function pidsOf(cluster: EtcdCluster): readonly number[] {
  return cluster.members.map(({ pid }) => pid);
}
