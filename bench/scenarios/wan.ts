import { EtcdCluster } from '../../test/kit/cluster.ts';
import { FaultLink } from '../../test/kit/fault-link.ts';
import { putsOnly } from '../backlog.ts';
import { type Detours, startMirror, startSyncer } from '../replicas.ts';
import { rounds } from '../rounds.ts';
import type { Scenario, ScenarioOptions } from '../types.ts';
import { fill, mirror, syncer, WHOLE_LOG } from './catch-up.ts';
import { measure } from './steady.ts';

const BACKLOG = 300_000;
const ROUND_TRIP_MS = 30;
const STEADY_RATE = 5_000;
const MIRROR_RATE = 300;

export const wan: Scenario = {
  name: 'wan',
  what: `A backlog of single puts of 128 B, then a steady rate, with a round trip of ${ROUND_TRIP_MS} ms to the source or to the destination. All traffic goes through proxies, also where there is no delay.`,
  ratio: { figure: 'rate_per_s', of: 'no delay' },
  run,
};

async function run(options: ScenarioOptions): Promise<void> {
  await using toSource = await FaultLink.start();
  await using toPeer = await FaultLink.start();
  await using toDestination = await FaultLink.start();
  const keys = Math.max(1_000, Math.round(BACKLOG * options.scale));
  // Members are dialed where they say that they are: at the proxy, of which there is one.
  await using source = await EtcdCluster.start({
    programs: options.source,
    flags: [
      ...WHOLE_LOG,
      `--initial-advertise-peer-urls=${toSource.url}`,
      `--initial-cluster=m0=${toSource.url}`,
    ],
  });
  toSource.target = source.members[0]?.peerUrl ?? '';
  const backlog = putsOnly(keys);
  await fill(options, source, backlog);

  const far = (proxies: readonly FaultLink[]): void => {
    for (const proxy of [toSource, toPeer, toDestination]) {
      proxy.set({ delayMs: proxies.includes(proxy) ? ROUND_TRIP_MS / 2 : 0 });
    }
  };
  const to = (destination: EtcdCluster): FaultLink => {
    toDestination.target = destination.endpoints[0] ?? '';
    return toDestination;
  };
  const detours = (destination: EtcdCluster): Detours => ({
    destination: to(destination),
    peer: toPeer,
  });
  const catchUp = (proxies: readonly FaultLink[]) => () => {
    far(proxies);
    return syncer(options, source, backlog, detours);
  };
  await rounds(options, {
    'no delay': catchUp([]),
    'source far': catchUp([toSource, toPeer]),
    'destination far': catchUp([toDestination]),
    'make-mirror, destination far': () => {
      far([toDestination]);
      return mirror(options, source, to);
    },
    [`steady ${STEADY_RATE}/s, destination far`]: () => {
      far([toDestination]);
      return measure(options, STEADY_RATE, (from, destination) =>
        startSyncer(from, destination, options.profileDir, { destination: to(destination) }),
      );
    },
    [`make-mirror, steady ${MIRROR_RATE}/s, destination far`]: () => {
      far([toDestination]);
      return measure(options, MIRROR_RATE, (from, destination) =>
        startMirror(from, destination, to(destination)),
      );
    },
  });
}
