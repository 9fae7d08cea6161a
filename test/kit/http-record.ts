/** One HTTP/1.1 message as its bytes say, without an HTTP library between. */
export interface RawMessage {
  /** `GET /path HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly start: string;
  /** Names in lower case, in their order, none joined. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without the framing of chunks; what came of it so far. */
  readonly body: Buffer;
}

/** A request and its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly request: RawMessage;
  /** undefined when none came. */
  readonly answer: RawMessage | undefined;
  /** 0 when no answer came. */
  readonly status: number;
}

/** The value of a header, undefined when there is none. */
export function header(message: RawMessage | undefined, name: string): string | undefined {
  return message?.headers.find(([key]) => key === name)?.[1];
}

/** Pairs the requests of one connection with their answers. Throws when the bytes are not HTTP/1.1. */
export function readExchanges(sent: Buffer, answered: Buffer): Exchange[] {
  const requests = readMessages(sent, () => true);
  const methods = requests.map(({ start }) => start.split(' ')[0] ?? '');
  const answers = readMessages(answered, index => methods[index] !== 'HEAD');
  return requests.map((request, i) => {
    const [method = '', path = ''] = request.start.split(' ');
    const answer = answers[i];
    return { method, path, request, answer, status: Number(answer?.start.split(' ')[1] ?? 0) };
  });
}

function readMessages(bytes: Buffer, mayHaveBody: (index: number) => boolean): RawMessage[] {
  const found: RawMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const [start = '', ...lines] = bytes.toString('latin1', at, end).split('\r\n');
    if (!/^HTTP\/1\.1 \d{3}|^[A-Z]+ \S+ HTTP\/1\.1$/.test(start)) {
      throw new Error(`neither request nor answer: ${start}`);
    }
    const headers = lines.map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    });
    const status = /^HTTP\/1\.1 (\d{3})/.exec(start)?.[1];
    at = end + 4;
    if (status?.startsWith('1') === true) continue;
    const message = { start, headers, body: Buffer.alloc(0) };
    const isEmpty = status === '204' || status === '304' || !mayHaveBody(found.length);
    const { body, next } = isEmpty
      ? { body: message.body, next: at }
      : readBody(bytes, at, message);
    found.push({ ...message, body });
    at = next;
  }
  return found;
}

function readBody(bytes: Buffer, at: number, message: RawMessage): { body: Buffer; next: number } {
  if (header(message, 'transfer-encoding') === 'chunked') return readChunks(bytes, at);
  const length = header(message, 'content-length');
  const isAnswer = message.start.startsWith('HTTP/');
  const next =
    length === undefined
      ? isAnswer
        ? bytes.length
        : at
      : Math.min(bytes.length, at + Number(length));
  return { body: bytes.subarray(at, next), next };
}

function readChunks(bytes: Buffer, from: number): { body: Buffer; next: number } {
  const parts: Buffer[] = [];
  for (let at = from; ; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return { body: Buffer.concat(parts), next: bytes.length };
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (Number.isNaN(size)) throw new Error(`no chunk at ${at}`);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
    if (size === 0) return { body: Buffer.concat(parts), next: at };
  }
}
