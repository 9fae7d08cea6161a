/** One use of a metric in an expression. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly {
    readonly label: string;
    readonly op: string;
    readonly value: string;
  }[];
}

export interface Expression {
  readonly selectors: readonly Selector[];
  /** Labels of by, without, on and ignoring. */
  readonly labels: readonly string[];
}

type Token = { readonly kind: 'name' | 'text' | 'number' | 'mark'; readonly text: string };

const TOKEN =
  /\s*(?:(?<name>[a-zA-Z_:][\w:]*)|"(?<text>[^"]*)"|(?<number>\d+(?:\.\d+)?(?:[smhd])?|\$__\w+)|(?<mark>=~|!~|!=|==|>=|<=|[-+*/%^<>={}()[\],]))/y;
const FUNCTIONS = new Set([
  ...['absent', 'changes', 'histogram_quantile', 'increase', 'max', 'rate', 'sum', 'time'],
]);
const GROUPING = new Set(['by', 'without', 'on', 'ignoring']);
const BINARY = new Set([
  'and',
  'or',
  'unless',
  '==',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
  '+',
  '-',
  '*',
  '/',
]);
const MATCHING = new Set(['=', '!=', '=~', '!~']);

/**
 * Reads the part of PromQL that the rules and the dashboard are written in, by its grammar: anything else is
 * an error with the place where it stands.
 */
export function parsePromql(source: string): Expression {
  return new Parser(source).parse();
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #selectors: Selector[] = [];
  readonly #labels: string[] = [];
  #at = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokens(source);
  }

  parse(): Expression {
    this.#binary();
    if (this.#at < this.#tokens.length) throw this.#fault('an operator');
    return { selectors: this.#selectors, labels: this.#labels };
  }

  #binary(): void {
    this.#operand();
    while (BINARY.has(this.#peek)) {
      this.#at += 1;
      if (GROUPING.has(this.#peek)) this.#grouping();
      this.#operand();
    }
  }

  #operand(): void {
    const token = this.#next();
    if (token.kind === 'number') return;
    if (token.text === '(') {
      this.#binary();
      this.#expect(')');
    } else if (token.kind !== 'name') throw this.#fault('an operand');
    else if (FUNCTIONS.has(token.text)) this.#call();
    else this.#selector(token.text);
  }

  #call(): void {
    if (GROUPING.has(this.#peek)) this.#grouping();
    this.#expect('(');
    while (this.#peek !== ')') {
      this.#binary();
      if (this.#peek !== ')') this.#expect(',');
    }
    this.#expect(')');
  }

  #grouping(): void {
    this.#at += 1;
    this.#expect('(');
    while (this.#peek !== ')') {
      this.#labels.push(this.#kind('name'));
      if (this.#peek !== ')') this.#expect(',');
    }
    this.#expect(')');
  }

  #selector(metric: string): void {
    const matchers: { label: string; op: string; value: string }[] = [];
    if (this.#take('{')) {
      while (!this.#take('}')) {
        const label = this.#kind('name');
        const op = this.#kind('mark');
        if (!MATCHING.has(op)) throw this.#fault('a way to match');
        matchers.push({ label, op, value: this.#kind('text') });
        if (this.#peek !== '}') this.#expect(',');
      }
    }
    if (this.#take('[')) {
      this.#kind('number');
      this.#expect(']');
    }
    if (this.#take('offset')) this.#kind('number');
    this.#selectors.push({ metric, matchers });
  }

  get #peek(): string {
    return this.#tokens[this.#at]?.text ?? '';
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === undefined) throw this.#fault('more');
    return token;
  }

  #take(text: string): boolean {
    if (this.#peek !== text) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#fault(text);
  }

  #kind(kind: Token['kind']): string {
    const token = this.#next();
    if (token.kind !== kind) throw this.#fault(`a ${kind}`);
    return token.text;
  }

  #fault(wanted: string): Error {
    const before = this.#tokens.slice(0, this.#at).map(({ text }) => text);
    return new Error(`${this.#source}\nwants ${wanted} after: ${before.join(' ')}`);
  }
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  const text = source.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new Error(`${source}\nholds something unknown at ${at}`);
    for (const kind of ['name', 'text', 'number', 'mark'] as const) {
      const part = groups[kind];
      if (part !== undefined) found.push({ kind, text: part });
    }
  }
  return found;
}
