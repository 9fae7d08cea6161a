import type { X509Certificate } from 'node:crypto';
import { request } from 'node:http';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { errorText, SyncerError } from './errors.ts';
import {
  certificatesOf,
  issuerOf,
  subjectOf,
  type TlsFiles,
  type TlsMaterial,
} from './tls-files.ts';

const PROBE_MS = 2_000;
/** From TLS 1.3 on the server judges our certificate after the handshake has ended for us. */
const REFUSAL_MS = 500;

/** Reasons of OpenSSL (X509_verify_cert_error) for a certificate that no CA of ours has signed. */
const EXPIRED = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/;
const NAME = /ALTNAME_INVALID/;
/** The other side's verdict on what we sent; RFC 8446 section 6. */
const ALERT = /alert/i;
const PLAIN = /wrong version number|packet length too long|http request/i;

/** A server as its URL names it. */
export interface ProbeTarget {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/**
 * Finds out by a connection of its own whether TLS is why another one failed, and names the
 * certificates: neither HTTP nor gRPC tell whose certificate it was. Nothing of ours is sent.
 * Returns undefined when TLS is not the cause.
 */
export async function probeTls(
  target: ProbeTarget,
  files: TlsFiles,
  material: TlsMaterial,
): Promise<SyncerError | undefined> {
  const seen = await handshake(target, material);
  const { url } = target;
  if (!target.secure) {
    if (!seen.isTls) return undefined;
    return new SyncerError('TLS_MISMATCH', `${url} speaks TLS: name it with https://`, { url });
  }
  const subject = subjectOf(seen.certificate);
  const issuer = issuerOf(seen.certificate);
  const details = { url, subject, issuer };
  const its = `${url} shows the certificate of ${subject}, issued by ${issuer}`;
  if (seen.verdict !== undefined) {
    if (EXPIRED.test(seen.verdict)) {
      const { validFrom, validTo } = seen.certificate ?? {};
      const text = `${its}, which is valid from ${validFrom} to ${validTo} only`;
      return new SyncerError('TLS_EXPIRED', text, details);
    }
    if (NAME.test(seen.verdict)) {
      const names = seen.certificate?.subjectAltName ?? 'no name';
      return new SyncerError('TLS_NAME', `${its}, which is for ${names}`, details);
    }
    const text = `${its}, which ${trusted(files, material)} does not vouch for (${seen.verdict})`;
    return new SyncerError('TLS_UNTRUSTED', text, details);
  }
  if (seen.error === undefined) return undefined;
  const hasAnswered = PLAIN.test(seen.error) || ALERT.test(seen.error);
  if (PLAIN.test(seen.error) || (!hasAnswered && (await speaksHttp(target)))) {
    return new SyncerError('TLS_MISMATCH', `${url} does not speak TLS: name it with http://`, {
      url,
    });
  }
  if (!ALERT.test(seen.error)) return undefined;
  const text = `${url} refuses us (${alertOf(seen.error)}): ${shown(files, material)}`;
  return new SyncerError('TLS_REFUSED', text, { url, ...own(files, material) });
}

interface Seen {
  /** The server took part in a handshake. */
  isTls: boolean;
  certificate?: X509Certificate | undefined;
  /** What OpenSSL or the check of the name holds against it. */
  verdict?: string | undefined;
  error?: string;
}

function handshake(target: ProbeTarget, material: TlsMaterial): Promise<Seen> {
  const { host, port } = target;
  return new Promise(resolve => {
    const seen: Seen = { isTls: false };
    let timer: NodeJS.Timeout | undefined;
    const socket: TLSSocket = connect({
      host,
      port,
      ...material,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['h2', 'http/1.1'],
      // Only looked at: nothing is sent.
      rejectUnauthorized: false,
    });
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(seen);
    };
    timer = setTimeout(done, PROBE_MS);
    socket.once('secureConnect', () => {
      seen.isTls = true;
      seen.certificate = socket.getPeerX509Certificate();
      if (!socket.authorized) seen.verdict = String(socket.authorizationError);
      clearTimeout(timer);
      timer = setTimeout(done, REFUSAL_MS);
    });
    socket.once('error', error => {
      seen.error = errorText(error);
      // A server that refuses by an alert speaks TLS.
      seen.isTls ||= ALERT.test(seen.error);
      done();
    });
    socket.once('data', done);
    socket.once('close', done);
  });
}

/** Whether plain HTTP is answered there: etcd's ports all know /version. */
function speaksHttp({ host, port }: ProbeTarget): Promise<boolean> {
  return new Promise(resolve => {
    const sent = request({ host, port, path: '/version', agent: false, timeout: PROBE_MS });
    sent.once('response', response => {
      // With 400 Go's net/http tells a plain client that TLS is wanted.
      resolve(response.statusCode !== 400);
      sent.destroy();
    });
    sent.once('timeout', () => sent.destroy());
    sent.on('error', () => resolve(false));
    sent.once('close', () => resolve(false));
    sent.end();
  });
}

/** OpenSSL's text without its source lines. */
function alertOf(text: string): string {
  return /alert [a-z ]+/i.exec(text)?.[0] ?? 'alert';
}

function trusted({ ca }: TlsFiles, material: TlsMaterial): string {
  if (ca === undefined || material.ca === undefined) return "none of the system's CAs";
  return `${ca} (${certificatesOf(material.ca, ca).map(subjectOf).join('; ')})`;
}

function own({ cert }: TlsFiles, material: TlsMaterial): { file?: string; own?: string } {
  if (cert === undefined || material.cert === undefined) return {};
  return { file: cert, own: subjectOf(certificatesOf(material.cert, cert)[0]) };
}

function shown(files: TlsFiles, material: TlsMaterial): string {
  const { file, own: subject } = own(files, material);
  if (file === undefined) return 'it wants a certificate, and none is given';
  return `we show that of ${subject} from ${file}`;
}
