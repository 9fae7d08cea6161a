import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { HeldAuthFiles, type HeldSince } from '../destination/held-auth.ts';
import { SyncerError } from '../ops/errors.ts';
import { heldAuthDir } from '../replicator/destination.ts';
import { addOptions, givenFlags } from './command-options.ts';

const EXAMPLES = `
Examples:
  etcd-syncer auth held --data-dir=/var/lib/etcd-syncer
  etcdctl --endpoints=10.1.0.1:2379 user passwd alice
  etcd-syncer auth settle alice --data-dir=/var/lib/etcd-syncer`;

/** What is held of users, roles and auth: listed, and struck off once it is done by hand. Works beside a running replicator. */
export function authCommand(parent: Command): void {
  const auth = parent
    .command('auth')
    .description('changes of users and roles that were not carried over')
    .addHelpText('after', EXAMPLES);
  addOptions(auth.command('held'), 'auth')
    .description('list what is held')
    .action(options => {
      const { items } = openHeld(options);
      for (const item of items) process.stdout.write(`${describe(item)}\n`);
    });
  addOptions(auth.command('settle'), 'auth')
    .description(
      'strike off what was done at the destination by hand: a user, `role:NAME` or `auth`',
    )
    .argument('<subject>', 'as `auth held` prints it')
    .action((subject: string, options) => {
      const count = openHeld(options).settle(subject);
      if (count === 0) {
        throw new SyncerError('AUTH_NOT_HELD', `nothing is held of ${JSON.stringify(subject)}`);
      }
      process.stdout.write(`${subject}: ${count} settled.\n`);
    });
}

function openHeld(options: Record<string, unknown>): HeldAuthFiles {
  const { dataDir } = loadConfig(givenFlags(options), process.env);
  return new HeldAuthFiles(heldAuthDir(dataDir));
}

function describe({ subject, code, what, since }: HeldSince): string {
  return `${subject}\t${code}\t${what}\tsince ${since}`;
}
