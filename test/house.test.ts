import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generatedPages } from '../scripts/generate-docs.ts';
import { ERROR_CODES } from '../src/ops/error-codes.ts';
import { VERSION } from '../src/version.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const src = join(root, 'src');

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  name => name.endsWith('.ts') && !name.includes('generated'),
);

/** Who may import whom: a folder may use itself and what stands in its list. */
const LOWER = ['wire', 'apply', 'raft', 'log', 'state', 'ops'];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  ops: [],
  apply: ['wire', 'ops'],
  raft: ['wire', 'log'],
  log: ['wire', 'raft', 'ops'],
  state: ['wire', 'apply', 'ops'],
  snapshot: ['wire', 'apply', 'ops', 'state'],
  wal: ['wire', 'ops'],
  transport: [...LOWER, 'state'],
  destination: LOWER,
  ha: [...LOWER, 'transport', 'destination'],
  promote: ['destination', 'apply', 'state', 'wire', 'ops'],
  verify: ['destination', 'apply', 'state', 'wire', 'ops'],
  config: ['ops'],
};
const PAGES = readdirSync(join(root, 'docs')).filter(name => name.endsWith('.md'));
const PURE = /^(wire|raft|apply|destination\/planner)\//;

function imports(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(match =>
    relative(src, join(src, dirname(file), match[1] ?? '')),
  );
}

describe('the house', () => {
  test.each(files)('%s imports downwards only', file => {
    const folder = file.split('/')[0] ?? '';
    const allowed = ALLOWED[folder];
    if (allowed === undefined) return;
    for (const imported of imports(file))
      expect([folder, ...allowed]).toContain(imported.split('/')[0]);
  });

  test.each(files.filter(file => PURE.test(file)))('%s does no I/O', file => {
    expect(readFileSync(join(src, file), 'utf8')).not.toMatch(
      /from 'node:|Date\.now|Math\.random|setTimeout|process\./,
    );
  });

  test('no import goes round in a circle', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, path.join(' → ')).not.toContain(file);
      if (done.has(file) || !files.includes(file)) return;
      for (const next of valueImports(file)) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  test.each(files)('%s is not too long', file => {
    expect(readFileSync(join(src, file), 'utf8').split('\n').length).toBeLessThanOrEqual(640);
  });
});

/** Imports that exist at run time. */
function valueImports(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8').replaceAll(/import type [^;]+;/g, '');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(match =>
    relative(src, join(src, dirname(file), match[1] ?? '')),
  );
}

describe('deliberate faults', () => {
  const tables = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('mutations.json'))
    .map(name => [name] as const);

  test.each(tables)('%s: each has its place in the source', name => {
    const faults = JSON.parse(readFileSync(join(root, 'test', name), 'utf8')) as {
      readonly what: string;
      readonly file: string;
      readonly search: string;
    }[];
    const misplaced = faults.filter(
      ({ file, search }) => readFileSync(join(root, file), 'utf8').split(search).length !== 2,
    );
    expect(misplaced.map(({ what }) => what)).toEqual([]);
  });
});

/** The rows of the list of traps in test/README.md: their number, and the tests that they name. */
function traps(): { readonly trap: number; readonly tests: readonly string[] }[] {
  const page = readFileSync(join(root, 'test', 'README.md'), 'utf8');
  const [list = ''] = page.split("## Traps in etcd's apply").slice(1).join('').split('\n## ');
  return [...list.matchAll(/^\| (\d+)a? [^|]*\| ([^|]*) \|$/gm)].map(([, trap, tests = '']) => ({
    trap: Number(trap),
    tests: tests.split(/; (?=`|\S)/),
  }));
}

/** Whether a line of the file begins with a text that holds the title, all parts of it in their order. */
function hasTitle(file: string, title: string): boolean {
  const parts = title.split('...').map(part => part.trim());
  return readFileSync(join(root, 'test', file), 'utf8')
    .split('\n')
    .filter(line => /^\s*(?:test\b|['"`])/.test(line))
    .some(line => {
      let at = 0;
      return parts.every(part => {
        const found = line.indexOf(part, at);
        at = found + part.length;
        return found >= 0;
      });
    });
}

describe('traps of apply', () => {
  test('each has a row', () => {
    const numbers = new Set(traps().map(({ trap }) => trap));
    expect([...numbers]).toEqual(Array.from({ length: 28 }, (_, i) => i + 1));
  });

  test.each(traps().flatMap(({ trap, tests }) => tests.map(named => [trap, named] as const)))(
    '%i: %s',
    (_, named) => {
      const [, file = 'apply/traps.test.ts', title = ''] =
        /^(?:`([^`]+)`: )?(.+?)(?: \([^)]*\))?$/.exec(named) ?? [];
      expect(hasTitle(file, title)).toBe(true);
    },
  );
});

/** The rows of "What fails": each code, and the files of tests that are said to show it. */
function failures(): (readonly [code: string, files: readonly string[]])[] {
  const page = readFileSync(join(root, 'test', 'README.md'), 'utf8');
  const [list = ''] = page.split('## What fails, its code').slice(1).join('').split('\n## ');
  const rows = [...list.matchAll(/^\| [^|]* \| ([^|]*) \| [^|]* \| ([^|]*) \|$/gm)];
  return rows.flatMap(([, codes = '', tests = '']) => {
    let before = '';
    const files = [...tests.matchAll(/`([^`]+)`/g)].map(match => match[1] ?? '');
    return [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => {
      before = code.startsWith('_') ? fullCode(before, code) : code;
      return [before, files] as const;
    });
  });
}

/** `_B` behind `X_A` is `X_B`, behind `X_Y_A` may be `X_Y_B`. */
function fullCode(before: string, end: string): string {
  const words = before.split('_');
  const known = words.map((_, i) => words.slice(0, i).join('_') + end);
  return known.find(code => code in ERROR_CODES) ?? `${before}...${end}`;
}

describe('what fails', () => {
  test.each(failures())('%s is met by %j', (code, files) => {
    expect(ERROR_CODES).toHaveProperty(code);
    const texts = files.flatMap(name => {
      const full = name.endsWith('.ts') ? [name] : [`${name}.etcd.test.ts`, `${name}.test.ts`];
      return full
        .flatMap(file => [file, join('replication', file)])
        .map(file => join(root, 'test', file))
        .filter(path => existsSync(path))
        .map(path => readFileSync(path, 'utf8'));
    });
    expect(texts.some(text => text.includes(code))).toBe(true);
  });
});

describe('ways to kill the source', () => {
  const page = readFileSync(join(root, 'test', 'README.md'), 'utf8');
  const [table = ''] = page.split('## Ways to kill the source').slice(1).join('').split('\n## ');
  const rows = [...table.matchAll(/^\| ([^|]*) \| [^|]* \| ([^|]*`[^|]*) \|$/gm)];
  const named = rows.flatMap(([, what = '', tests = '']) =>
    [...tests.matchAll(/`([a-z][\w/-]*\w)`/g)].map(([, name = '']) => [what, name] as const),
  );

  test('there are some', () => expect(rows.length).toBeGreaterThan(10));

  test.each(named)('%s: %s is there', (_, name) => {
    const path = name.includes('/') ? name : `transport/${name}`;
    const found = ['.etcd.test.ts', '.test.ts'].filter(end =>
      existsSync(join(root, 'test', path + end)),
    );
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('documents match the code', () => {
  test.each([...generatedPages()])('docs/%s', (name, text) => {
    expect(readFileSync(join(root, 'docs', name), 'utf8')).toBe(text);
  });

  test('every dependency has its reason in docs/dependencies.md', () => {
    const { dependencies, devDependencies, version } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
      version: string;
    };
    const page = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8');
    for (const name of Object.keys({ ...dependencies, ...devDependencies }))
      expect(page).toContain(`| ${name} |`);
    expect(VERSION).toBe(version);
  });

  test.each(PAGES)('every file and page that docs/%s names is there', name => {
    const page = readFileSync(join(root, 'docs', name), 'utf8');
    for (const [, path] of page.matchAll(/`((?:src|test|bench|scripts|deploy)\/[^`]+\.\w+)`/g))
      expect(existsSync(join(root, path ?? '')), path).toBe(true);
    for (const [, link] of page.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g))
      expect(existsSync(join(root, 'docs', link ?? '')), link).toBe(true);
  });
});
