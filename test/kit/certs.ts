import { generateKeyPair, type KeyObject, webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import './reflect-metadata.ts';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const newKeyPair = promisify(generateKeyPair);

/** Paths of a certificate and its key. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** The common name. */
  readonly name: string;
  /** Hosts and addresses that it is for; loopback unless given. */
  readonly hosts?: readonly string[];
  /** Days from now at which it ends; negative for one that has expired. */
  readonly days?: number;
}

/** A certificate authority that lives in memory. */
export class Authority {
  readonly name: string;
  readonly pem: string;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #certificate: x509.X509Certificate;

  private constructor(
    name: string,
    keys: webcrypto.CryptoKeyPair,
    certificate: x509.X509Certificate,
  ) {
    this.name = name;
    this.pem = `${certificate.toString('pem')}\n`;
    this.#keys = keys;
    this.#certificate = certificate;
  }

  static async create(name: string): Promise<Authority> {
    const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, [
      'sign',
      'verify',
    ])) as webcrypto.CryptoKeyPair;
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - 30 * DAY_MS),
      notAfter: new Date(Date.now() + 30 * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
          true,
        ),
      ],
    });
    return new Authority(name, keys, certificate);
  }

  /** A certificate for servers and clients, and its key, as PEM. */
  async issue(options: CertificateOptions): Promise<{ cert: string; key: string }> {
    const { name, hosts = ['127.0.0.1', 'localhost'], days = 10 } = options;
    const { publicKey, privateKey } = await newKeyPair('ec', { namedCurve: 'P-256' });
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: `CN=${name}`,
      issuer: this.#certificate.subject,
      notBefore: new Date(Date.now() - 20 * DAY_MS),
      notAfter: new Date(Date.now() + days * DAY_MS),
      signingAlgorithm: ALGORITHM,
      publicKey: await importPublic(publicKey),
      signingKey: this.#keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        new x509.SubjectAlternativeNameExtension(
          hosts.map(value => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value })),
        ),
      ],
    });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { cert: `${certificate.toString('pem')}\n`, key };
  }
}

/** PEM files in a temporary folder; gone when disposed. */
export class CertificateFolder {
  readonly #dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-certs-'));
  /** Lines of all private keys ever written here, which must be shown nowhere. */
  readonly keyLines: string[] = [];

  /** Writes a file whole: what watches it never reads a half. Returns its path. */
  write(file: string, pem: string): string {
    const path = join(this.#dir, file);
    writeFileSync(`${path}.new`, pem, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return path;
  }

  /** Writes `<file>.crt` and `<file>.key`. */
  async issue(
    authority: Authority,
    file: string,
    options: CertificateOptions,
  ): Promise<CertificatePaths> {
    const { cert, key } = await authority.issue(options);
    this.keyLines.push(...key.split('\n').filter(line => line !== '' && !line.startsWith('---')));
    // The key first: a reader between the two sees a pair that does not fit, and comes back.
    return { key: this.write(`${file}.key`, key), cert: this.write(`${file}.crt`, cert) };
  }

  read(path: string): string {
    return readFileSync(path, 'utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex');
}

async function importPublic(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const spki = key.export({ type: 'spki', format: 'der' });
  return (await webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, [
    'verify',
  ])) as webcrypto.CryptoKey;
}
