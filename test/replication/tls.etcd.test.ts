import { request } from 'node:https';
import { describe, expect, test } from 'vitest';
import { Authority, CertificateFolder, type CertificatePaths } from '../kit/certs.ts';
import { Pair } from '../kit/pair.ts';
import { RUNS_ALL_LINES } from '../kit/releases.ts';
import { both, expectNoSecrets, expectReported, until, untilThere } from './bad-input-helpers.ts';

describe('mutual TLS on all ports', () => {
  test('replicates, restarts and drains; no key is shown; the peer port wants a certificate', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const setting = await Setting.create(certs, authority);
    await using pair = await setting.start(['--log-level=trace']);
    pair.syncer.start();
    await pair.syncer.caughtUp();
    await pair.source.etcdctl(['put', 'over', 'tls-and-secret']);
    await untilThere(pair.destination, 'over', 'tls-and-secret');

    const ca = authority.pem;
    await expect(getVersion(pair.syncer.peerUrl, { ca })).rejects.toThrow(
      /alert|ECONNRESET|hang up/,
    );
    const stranger = await (await Authority.create('a stranger')).issue({ name: 'stranger' });
    await expect(getVersion(pair.syncer.peerUrl, { ca, ...stranger })).rejects.toThrow(
      /alert|ECONNRESET|hang up/,
    );
    expect(pair.syncer.output).toContain('"code":"TLS_PEER_REFUSED"');
    const friend = await authority.issue({ name: 'friend' });
    expect(await getVersion(pair.syncer.peerUrl, { ca, ...friend })).toBe(200);

    expect(await pair.syncer.kill('SIGTERM')).toBe(0);
    pair.syncer.start();
    await pair.source.etcdctl(['put', 'over', 'tls-again']);
    await untilThere(pair.destination, 'over', 'tls-again');
    await expectNoSecrets(pair.syncer, [...certs.keyLines, 'tls-and-secret', 'tls-again']);
  });

  test('all certificates are replaced by those of a new authority while it runs, without a restart', async () => {
    using certs = new CertificateFolder();
    const before = await Authority.create('the old authority');
    const setting = await Setting.create(certs, before);
    await using pair = await setting.start();
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const { pid } = pair.syncer;
    const writer = new Writer(pair);
    const after = await Authority.create('the new authority');

    // As an operator does it: trust both, change the certificates, trust the new one only.
    certs.write('ca.crt', before.pem + after.pem);
    certs.write('our-ca.crt', before.pem + after.pem);
    await untilTaken(pair, 1);
    await setting.issueOurs(after);
    await untilTaken(pair, 2);
    await setting.issueTheirs(after);
    certs.write('ca.crt', after.pem);
    for (const cluster of [pair.source, pair.destination]) {
      await cluster.members[0]?.stop();
      cluster.members[0]?.start();
      await cluster.ready();
    }
    await pair.source.etcdctl(['put', 'after', 'the rotation']);
    await untilThere(pair.destination, 'after', 'the rotation');
    certs.write('our-ca.crt', after.pem);
    await untilTaken(pair, 3);
    await pair.source.etcdctl(['put', 'after', 'all of it']);
    await untilThere(pair.destination, 'after', 'all of it');

    expect(await writer.stop()).toBeGreaterThan(10);
    await pair.source.etcdctl(['put', 'after', 'the writer']);
    await untilThere(pair.destination, 'after', 'the writer');
    const all = ['get', 'during/', '--prefix'];
    expect(await pair.destination.etcdctl(all)).toBe(await pair.source.etcdctl(all));

    // The port shows the new certificate, and takes nobody of the old authority.
    const old = await before.issue({ name: 'old' });
    await expect(getVersion(pair.syncer.peerUrl, { ca: after.pem, ...old })).rejects.toThrow(
      /alert|ECONNRESET|hang up/,
    );
    const young = await after.issue({ name: 'young' });
    expect(await getVersion(pair.syncer.peerUrl, { ca: after.pem, ...young })).toBe(200);
    expect(pair.syncer.pid).toBe(pid);
    await expectNoSecrets(pair.syncer, certs.keyLines);
  });

  test('a new file that can not be used: TLS_FILES names it, the old one stays in use', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const setting = await Setting.create(certs, authority);
    await using pair = await setting.start();
    pair.syncer.start();
    await pair.syncer.caughtUp();
    const other = await authority.issue({ name: 'other' });
    const key = certs.write('our.key', other.key);
    await until('it is reported', async () =>
      pair.syncer.output.includes(`${key} is not the key of `),
    );
    expect(pair.syncer.output).toContain('"code":"TLS_FILES"');
    await restart(pair);
    await pair.source.etcdctl(['put', 'still', 'here']);
    await untilThere(pair.destination, 'still', 'here');
    await expectNoSecrets(pair.syncer, [
      ...certs.keyLines,
      ...other.key.split('\n').filter(line => line.length > 5 && !line.startsWith('---')),
    ]);
  });
});

describe('TLS that fails', () => {
  test.each([
    ['--dest-cacert', 'destination'],
    ['--peer-trusted-ca-file', 'peer port'],
    ['--source-cacert', 'source'],
  ])(
    'an unknown authority at the %s (%s): TLS_UNTRUSTED names subject and file, and it goes on when the file is right',
    async flag => {
      using certs = new CertificateFolder();
      const authority = await Authority.create('the authority');
      const wrong = await Authority.create('a wrong authority');
      const setting = await Setting.create(certs, authority);
      const file = certs.write('wrong-ca.crt', wrong.pem);
      await using pair = await setting.start([`${flag}=${file}`]);
      pair.syncer.start();
      await expectReported(pair.syncer, 'TLS_UNTRUSTED');
      expect(pair.syncer.output).toContain(file);
      expect(pair.syncer.output).toContain('CN=server');
      expect(pair.syncer.output).toContain('CN=a wrong authority');
      expect(await pair.syncer.code('/readyz')).toBe(503);
      certs.write('wrong-ca.crt', authority.pem);
      await pair.syncer.caughtUp();
      await expectNoSecrets(pair.syncer, certs.keyLines);
    },
  );

  test("a server's certificate has expired: TLS_EXPIRED names it, and it goes on with a new one", async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const setting = await Setting.create(certs, authority);
    await using pair = await setting.start();
    await certs.issue(authority, 'server', { name: 'server', days: -1 });
    pair.syncer.start();
    await expectReported(pair.syncer, 'TLS_EXPIRED');
    expect(pair.syncer.output).toContain('CN=server');
    await setting.issueTheirs(authority);
    await pair.syncer.caughtUp();
  });

  test('our certificate has expired: TLS_EXPIRED names file and subject, TLS_REFUSED says who refuses it, and it goes on with a new one', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const setting = await Setting.create(certs, authority);
    await using pair = await setting.start();
    const expired = await certs.issue(authority, 'our', { name: 'ours', days: -1 });
    pair.syncer.start();
    await expectReported(pair.syncer, 'TLS_REFUSED');
    expect(pair.syncer.output).toContain('"code":"TLS_EXPIRED"');
    expect(pair.syncer.output).toContain(expired.cert);
    expect(pair.syncer.output).toContain('CN=ours');
    await setting.issueOurs(authority);
    await pair.syncer.caughtUp();
    await expectNoSecrets(pair.syncer, certs.keyLines);
  });

  test('the certificate is for another name: TLS_NAME names both', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const setting = await Setting.create(certs, authority);
    await using pair = await setting.start();
    await certs.issue(authority, 'server', { name: 'server', hosts: ['elsewhere.example'] });
    pair.syncer.start();
    await expectReported(pair.syncer, 'TLS_NAME');
    expect(pair.syncer.output).toContain('elsewhere.example');
  });

  const addresses = ['--source-peers', '--source-endpoints', '--dest-endpoints'];
  test.each(RUNS_ALL_LINES ? addresses : addresses.slice(0, 1))(
    'http given for %s where TLS is wanted: TLS_MISMATCH says https',
    async flag => {
      using certs = new CertificateFolder();
      const setting = await Setting.create(certs, await Authority.create('the authority'));
      await using pair = await setting.start();
      const [url = ''] =
        flag === '--source-peers'
          ? pair.source.members.map(member => member.peerUrl)
          : pair[flag === '--source-endpoints' ? 'source' : 'destination'].endpoints;
      pair.syncer.start([`${flag}=${url.replace('https', 'http')}`]);
      await expectReported(pair.syncer, 'TLS_MISMATCH');
    },
  );

  test('https given where none is spoken: TLS_MISMATCH says http', async () => {
    await using pair = await Pair.start(both);
    const [url = ''] = pair.destination.endpoints;
    pair.syncer.start([`--dest-endpoints=${url.replace('http', 'https')}`]);
    await expectReported(pair.syncer, 'TLS_MISMATCH');
  });

  test('a certificate without its key, a CA file without a certificate, a file that is not there: TLS_FILES', async () => {
    using certs = new CertificateFolder();
    const authority = await Authority.create('the authority');
    const { cert } = await certs.issue(authority, 'some', { name: 'some' });
    const garbage = certs.write('garbage.crt', 'garbage');
    await using pair = await Pair.start(both);
    for (const [flag, words] of [
      [`--dest-cert=${cert}`, 'go together'],
      [`--dest-cacert=${garbage}`, 'holds no certificate'],
      ['--peer-trusted-ca-file=/nowhere/ca.crt', '/nowhere/ca.crt'],
    ] as const) {
      pair.syncer.output = '';
      pair.syncer.start([flag]);
      expect(await pair.syncer.exited()).toBe(3);
      expect(pair.syncer.output).toContain('\nTLS_FILES: ');
      expect(pair.syncer.output).toContain(words);
    }
  });
});

/** Certificates of both clusters and of ours, with mutual TLS on every port. */
class Setting {
  readonly #certs: CertificateFolder;
  readonly #theirs: CertificatePaths;
  readonly #ours: CertificatePaths;
  readonly #ca: string;
  readonly #ourCa: string;

  private constructor(
    certs: CertificateFolder,
    ca: string,
    ourCa: string,
    theirs: CertificatePaths,
    ours: CertificatePaths,
  ) {
    this.#certs = certs;
    this.#ca = ca;
    this.#ourCa = ourCa;
    this.#theirs = theirs;
    this.#ours = ours;
  }

  static async create(certs: CertificateFolder, authority: Authority): Promise<Setting> {
    return new Setting(
      certs,
      certs.write('ca.crt', authority.pem),
      certs.write('our-ca.crt', authority.pem),
      await certs.issue(authority, 'server', { name: 'server' }),
      await certs.issue(authority, 'our', { name: 'ours' }),
    );
  }

  async issueTheirs(authority: Authority): Promise<void> {
    await this.#certs.issue(authority, 'server', { name: 'server' });
  }

  async issueOurs(authority: Authority): Promise<void> {
    await this.#certs.issue(authority, 'our', { name: 'ours' });
  }

  /** @param args flags of the syncer that come after those for TLS */
  async start(args: readonly string[] = []): Promise<Pair> {
    const { cert, key } = this.#theirs;
    const client = [
      '--client-cert-auth',
      `--trusted-ca-file=${this.#ca}`,
      `--cert-file=${cert}`,
      `--key-file=${key}`,
    ];
    const peer = [
      '--peer-client-cert-auth',
      `--peer-trusted-ca-file=${this.#ca}`,
      `--peer-cert-file=${cert}`,
      `--peer-key-file=${key}`,
    ];
    const ours = ['source', 'dest'].flatMap(side => [
      `--${side}-cacert=${this.#ourCa}`,
      `--${side}-cert=${this.#ours.cert}`,
      `--${side}-key=${this.#ours.key}`,
    ]);
    return await Pair.start({
      ...both,
      sourceTls: { client, peer },
      destinationTls: { client },
      ctlFlags: [`--cacert=${this.#ca}`, `--cert=${cert}`, `--key=${key}`],
      syncerOptions: { scheme: 'https' },
      syncerArgs: [
        ...ours,
        `--peer-trusted-ca-file=${this.#ourCa}`,
        `--peer-cert-file=${this.#ours.cert}`,
        `--peer-key-file=${this.#ours.key}`,
        ...args,
      ],
    });
  }
}

/** Puts one key after the other; while a server restarts, none. */
class Writer {
  readonly #done: Promise<number>;
  #stopped = false;

  constructor({ source }: Pair) {
    this.#done = (async () => {
      let written = 0;
      for (let i = 0; !this.#stopped; i += 1) {
        const put = source.etcdctl(['put', `during/${i}`, `v${i}`, '--command-timeout=1s']);
        // An attempt that failed may have been applied all the same: both clusters are compared, not counted.
        written += await put.then(
          () => 1,
          () => 0,
        );
      }
      return written;
    })();
  }

  /** How many went through. */
  async stop(): Promise<number> {
    this.#stopped = true;
    return await this.#done;
  }
}

/** Waits until the files of all three settings have been taken again this often. */
async function untilTaken({ syncer }: Pair, times: number): Promise<void> {
  await until(
    `the files are taken for the ${times}. time`,
    async () => syncer.output.split('certificate files have changed').length - 1 >= 3 * times,
  );
}

/** Closes every connection there is. */
async function restart({ source, destination }: Pair): Promise<void> {
  for (const cluster of [source, destination]) {
    await cluster.members[0]?.stop();
    cluster.members[0]?.start();
    await cluster.ready();
  }
}

/** Status of GET /version at the peer port. */
function getVersion(
  url: string,
  tls: { readonly ca: string; readonly cert?: string; readonly key?: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/version`, { ...tls, agent: false }, response => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.end();
  });
}
