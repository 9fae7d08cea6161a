/** One HTTP/1.1 message out of recorded bytes: a request or an answer. */
export interface HttpMessage {
  /** `GET /version HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly start: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Without chunk framing; cut off where the recording ends. */
  readonly body: Buffer;
}

/** The messages that one side of a connection sent. Errors: Error for bytes that are no HTTP/1.1. */
export function httpMessages(bytes: Buffer): HttpMessage[] {
  const messages: HttpMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd < 0) break;
    const [start = '', ...lines] = bytes.toString('latin1', at, headEnd).split('\r\n');
    if (!start.includes('HTTP/1.1')) throw new Error(`no HTTP/1.1: ${start.slice(0, 80)}`);
    const headers = new Map(
      lines.map(line => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const { body, end } = readBody(bytes, headEnd + 4, headers);
    messages.push({ start, headers, body });
    at = end;
  }
  return messages;
}

function readBody(
  bytes: Buffer,
  start: number,
  headers: ReadonlyMap<string, string>,
): { body: Buffer; end: number } {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const end = Math.min(start + Number(headers.get('content-length') ?? '0'), bytes.length);
    return { body: bytes.subarray(start, end), end };
  }
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { body: Buffer.concat(parts), end: bytes.length };
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without a size');
    const chunk = lineEnd + 2;
    if (size === 0) return { body: Buffer.concat(parts), end: chunk + 2 };
    parts.push(bytes.subarray(chunk, Math.min(chunk + size, bytes.length)));
    at = chunk + size + 2;
    if (at >= bytes.length) return { body: Buffer.concat(parts), end: bytes.length };
  }
}
