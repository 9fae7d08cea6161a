import { sourceProfile } from '../apply/semantics.ts';
import type { SourceProfile } from '../apply/types.ts';
import type { Config } from '../config/options.ts';

/** How the members of the source apply entries, as far as it is known. */
export function profileOf(
  config: Config,
  versions: readonly string[],
  voters: number,
): SourceProfile {
  const { sourceElectionTimeout, sourceMaxLearners } = config;
  // lessor minTTL: three halves of the election timeout, in whole seconds (etcdserver NewServer).
  const minLeaseTtl = Math.ceil((3 * sourceElectionTimeout) / 2);
  return sourceProfile(versions, voters, minLeaseTtl, sourceMaxLearners);
}
