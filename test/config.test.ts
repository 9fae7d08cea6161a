import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig, loadPassword } from '../src/config/load.ts';

function withFile(text: string, use: (path: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-config-'));
  try {
    const path = join(dir, 'config.yaml');
    writeFileSync(path, text);
    use(path);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test('flag before environment before file before default', () => {
  withFile('lease-ttl-floor: 1m\nname: from-file\nprefix: [/a/, /b/]\n', path => {
    const environment = {
      ETCD_SYNCER_NAME: 'from-environment',
      ETCD_SYNCER_MAX_REQUEST_BYTES: '2MiB',
    };
    const config = loadConfig({ config: path, leaseTtlFloor: '90s' }, environment);
    expect(config).toMatchObject({
      leaseTtlFloor: 90,
      name: 'from-environment',
      prefix: ['/a/', '/b/'],
      maxRequestBytes: 2 * 1024 * 1024,
      maxTxnOps: 128,
      auth: 'replicate',
    });
  });
});

test.each([
  [{ leaseTtlFloor: 'soon' }, {}, '--lease-ttl-floor'],
  [{}, { ETCD_SYNCER_AUTH: 'maybe' }, 'ETCD_SYNCER_AUTH'],
  [{ listenPeerUrls: ['10.0.0.1'] }, {}, '--listen-peer-urls'],
])('a wrong value names where it came from: %j %j', (flags, environment, from) => {
  expect(() => loadConfig(flags, environment)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
  expect(() => loadConfig(flags, environment)).toThrow(from);
});

test('the file: unknown options and broken YAML name the line', () => {
  withFile('name: x\nnane: y\n', path => {
    expect(() => loadConfig({ config: path }, {})).toThrow(/config\.yaml:2:.*nane/);
  });
  withFile('name: [x\n', path => {
    expect(() => loadConfig({ config: path }, {})).toThrow(
      expect.objectContaining({ code: 'CONFIG_FILE' }),
    );
  });
});

test('a password comes from its file without the line break, or from the environment', () => {
  withFile('secret\n', path => expect(loadPassword('NAME', path, {})).toBe('secret'));
  expect(loadPassword('NAME', undefined, { NAME: 'other' })).toBe('other');
});
