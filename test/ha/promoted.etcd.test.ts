import { expect, test } from 'vitest';
import type { PromotionStatus } from '../../src/promote/types.ts';
import { availableReleases } from '../kit/binaries.ts';
import { fill } from '../kit/bulk.ts';
import { Program } from '../kit/program.ts';
import { isWarm, Replicas } from '../kit/replicas.ts';

const release = (await availableReleases()).at(-1);
if (release === undefined) throw new Error('no etcd could be had: see `npm run etcd`');

test('a destination that the writer promoted ends the standby, too, and nobody leads again', async () => {
  await using replicas = await Replicas.start({ source: release, destination: release });
  const { source, destination, tokenFile } = replicas;
  const writer = await replicas.startWriter(0);
  const standby = replicas.at(1);
  standby.start();
  await standby.until(isWarm);
  await fill({ endpoints: source.endpoints, from: 0, to: 100 }, number => `value ${number}`);
  const program = new Program([
    'promote',
    '--json',
    `--source-endpoints=${source.endpoints.join(',')}`,
    `--dest-endpoints=${destination.endpoints.join(',')}`,
    `--data-dir=${writer.dataDir}`,
    `--listen-peer-urls=${writer.peerUrl}`,
    `--http-listen=${writer.httpAddress}`,
    `--http-token-file=${tokenFile}`,
  ]);
  expect(await program.exited()).toBe(0);
  expect(JSON.parse(program.stdout) as PromotionStatus).toMatchObject({
    step: 'done',
    unapplied: 0,
  });
  expect(await standby.exited()).toBe(3);
  expect(standby.output).toContain('DEST_PROMOTED');
  await writer.kill('SIGTERM');
  // Started again, it does not even become a candidate.
  standby.start();
  expect(await standby.exited()).toBe(3);
  expect(standby.output).not.toContain('"msg":"leading');
});
