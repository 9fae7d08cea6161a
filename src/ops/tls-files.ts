import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { errorText, SyncerError } from './errors.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Paths of PEM files. The pair of key and certificate serves both directions, as etcd's peers do. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Contents of the files, in the form that Node's TLS takes. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly minVersion: 'TLSv1.2';
}

/** A certificate of one of our files that is outside of its time. */
export interface Expired {
  readonly file: string;
  readonly subject: string;
  readonly from: string;
  readonly until: string;
}

/**
 * Reads the files. Each must hold what it is named for, and the key must be that of the certificate:
 * Node itself takes a CA file without any certificate in silence.
 * Errors: TLS_FILES, naming the file; never with its contents.
 */
export async function loadTlsFiles(files: TlsFiles): Promise<TlsMaterial> {
  const { ca, cert, key } = files;
  if ((cert === undefined) !== (key === undefined)) {
    throw filesError(`${cert ?? key} is given alone: certificate and key go together`);
  }
  const material = {
    minVersion: 'TLSv1.2' as const,
    ...(ca === undefined ? {} : { ca: await read(ca) }),
    ...(cert === undefined ? {} : { cert: await read(cert) }),
    ...(key === undefined ? {} : { key: await read(key) }),
  };
  if (ca !== undefined && material.ca !== undefined) certificatesOf(material.ca, ca);
  if (cert !== undefined && key !== undefined && material.cert && material.key) {
    const [own] = certificatesOf(material.cert, cert);
    if (own?.checkPrivateKey(privateKeyOf(material.key, key)) !== true) {
      throw filesError(`${key} is not the key of ${cert} (${subjectOf(own)})`);
    }
  }
  try {
    createSecureContext(material);
  } catch (error) {
    throw filesError(`${cert ?? ca}: ${errorText(error)}`, error);
  }
  return material;
}

/** Our certificates that are not valid at `nowMs`: others will refuse them, or we what they signed. */
export function expiredOf(files: TlsFiles, material: TlsMaterial, nowMs: number): Expired[] {
  const pairs = [
    [files.ca, material.ca],
    [files.cert, material.cert],
  ] as const;
  return pairs.flatMap(([file, pem]) => {
    if (file === undefined || pem === undefined) return [];
    return certificatesOf(pem, file)
      .filter(each => nowMs < Date.parse(each.validFrom) || nowMs > Date.parse(each.validTo))
      .map(each => ({
        file,
        subject: subjectOf(each),
        from: each.validFrom,
        until: each.validTo,
      }));
  });
}

/** All certificates of a PEM file, at least one. Errors: TLS_FILES. */
export function certificatesOf(pem: Buffer, path: string): X509Certificate[] {
  const blocks = pem.toString('latin1').match(CERTIFICATE) ?? [];
  if (blocks.length === 0) throw filesError(`${path} holds no certificate`);
  return blocks.map((block, i) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw filesError(`${path}: certificate ${i + 1} can not be read`, error);
    }
  });
}

/** One line: "CN=etcd, O=example". */
export function subjectOf(certificate: X509Certificate | undefined): string {
  return oneLine(certificate?.subject);
}

export function issuerOf(certificate: X509Certificate | undefined): string {
  return oneLine(certificate?.issuer);
}

function oneLine(name: string | undefined): string {
  return name === undefined || name === '' ? 'no name' : name.split('\n').join(', ');
}

function privateKeyOf(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw filesError(`${path} holds no private key that can be read without a password`, error);
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw filesError(`${path}: ${errorText(error)}`, error);
  }
}

function filesError(text: string, cause?: unknown): SyncerError {
  return new SyncerError('TLS_FILES', text, {}, cause === undefined ? {} : { cause });
}
