import { expect, test } from 'vitest';
import { refusalCode } from '../../src/transport/peer-http.ts';

test.each([
  ['is removed', 410, 'removed member\n', 'PEER_REMOVED'],
  ['is of another cluster', 412, 'cluster ID mismatch\n', 'PEER_CLUSTER_MISMATCH'],
  ['has a version that does not go', 412, 'incompatible version\n', 'PEER_INCOMPATIBLE'],
  ['speaks http', 400, 'Client sent an HTTP request to an HTTPS server.\n', 'TLS_MISMATCH'],
  ['is not known yet', 404, 'error sender not found\n', 'PEER_UNREACHABLE'],
  ['means another member', 412, 'to field mismatch\n', 'PEER_UNREACHABLE'],
] as const)('a member that says: who asks %s', (_, status, body, code) => {
  expect(refusalCode(status, body)).toBe(code);
});
