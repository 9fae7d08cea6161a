import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/ops/logger.ts';
import { TlsSource } from '../../src/ops/tls.ts';
import { Authority, CertificateFolder } from '../kit/certs.ts';

interface Logged {
  readonly code?: string;
  readonly file?: string;
  readonly subject?: string;
  readonly msg: string;
}

function logTo(lines: Logged[]) {
  return createLogger({
    level: 'info',
    format: 'json',
    destination: { write: line => lines.push(JSON.parse(line) as Logged) },
  });
}

describe('certificate files', () => {
  test('each must hold what it is named for; the message names the file and holds none of it', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const { cert, key } = await certs.issue(authority, 'a', { name: 'a' });
    const other = await certs.issue(authority, 'b', { name: 'b' });
    const ca = certs.write('ca.crt', authority.pem);
    const garbage = certs.write('garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n');
    const cut = certs.write('cut.key', certs.read(key).slice(0, 60));
    const logger = logTo([]);
    for (const [files, words] of [
      [{ ca: garbage }, `${garbage} holds no certificate`],
      [{ ca: key }, `${key} holds no certificate`],
      [{ cert }, `${cert} is given alone`],
      [{ key }, `${key} is given alone`],
      [{ cert, key: other.key }, `${other.key} is not the key of ${cert} (CN=a)`],
      [{ cert, key: cut }, `${cut} holds no private key`],
      [{ cert: key, key: cert }, `${key} holds no certificate`],
      [{ ca: `${ca}.gone` }, `${ca}.gone`],
    ] as const) {
      const error: unknown = await TlsSource.open(files, logger).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'TLS_FILES' });
      expect(String(error)).toContain(words);
      for (const line of certs.keyLines) expect(String(error)).not.toContain(line);
    }
    const source = await TlsSource.open({ ca, cert, key }, logger);
    expect(source.material.cert?.toString()).toBe(certs.read(cert));
    source.close();
  });

  test('a link that is turned brings all files at once, as a mounted secret does', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-certs-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    for (const name of ['one', 'two']) {
      const authority = await Authority.create(name);
      const { cert, key } = await authority.issue({ name });
      mkdirSync(join(dir, name));
      writeFileSync(join(dir, name, 'ca.crt'), authority.pem);
      writeFileSync(join(dir, name, 'tls.crt'), cert);
      writeFileSync(join(dir, name, 'tls.key'), key);
    }
    symlinkSync('one', join(dir, 'data'));
    const files = {
      ca: join(dir, 'data', 'ca.crt'),
      cert: join(dir, 'data', 'tls.crt'),
      key: join(dir, 'data', 'tls.key'),
    };
    const source = await TlsSource.open(files, logTo([]));
    let changes = 0;
    source.onChange(() => {
      changes += 1;
    });
    const before = source.material.cert;
    await source.refresh();
    expect([source.material.cert, changes]).toEqual([before, 0]);
    symlinkSync('two', join(dir, 'data.new'));
    renameSync(join(dir, 'data.new'), join(dir, 'data'));
    await source.refresh();
    expect(changes).toBe(1);
    expect(source.material.cert).not.toEqual(before);
    source.close();
  });

  test('what can not be used is reported once, and the last good files stay until it can', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const files = await certs.issue(authority, 'a', { name: 'a' });
    const lines: Logged[] = [];
    const source = await TlsSource.open(files, logTo(lines));
    const before = source.material;
    const { cert, key } = await authority.issue({ name: 'new' });
    certs.write('a.crt', cert);
    await source.refresh();
    await source.refresh();
    expect(source.material).toBe(before);
    expect(lines.map(({ code }) => code)).toEqual(['TLS_FILES']);
    certs.write('a.key', key);
    await source.refresh();
    expect(source.material.cert?.toString()).toBe(cert);
    source.close();
  });

  test('a certificate of ours out of its time is named with file and subject', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const files = await certs.issue(authority, 'a', { name: 'old', days: -1 });
    const lines: Logged[] = [];
    const source = await TlsSource.open(files, logTo(lines));
    expect(lines).toMatchObject([{ code: 'TLS_EXPIRED', file: files.cert, subject: 'CN=old' }]);
    source.close();
  });
});
