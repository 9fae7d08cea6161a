import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** A command of a script, with the lines indented below it, and the output that it must give. */
interface Step {
  readonly line: number;
  readonly command: readonly string[];
  readonly expected: string;
}

const DIVIDER = '----';

/** A command line: its name, the words behind it, and those of them written `name=value`. */
export interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Splits a command line of the form `name word option=value`. */
export function directive(line: string): Directive {
  const [name = '', ...rest] = line.trim().split(/\s+/);
  const words = rest.filter(word => !word.includes('='));
  const options = new Map(
    rest
      .filter(word => word.includes('='))
      .map(word => {
        const at = word.indexOf('=');
        return [word.slice(0, at), word.slice(at + 1)] as const;
      }),
  );
  return { name, words, options };
}

/**
 * Runs each script of a folder as a test, in the manner of cockroachdb/datadriven, as raft's own tests do. A script is blocks apart by blank lines: comments (#), a command
 * and its indented lines, `----`, the output. `REWRITE=1` writes the outputs anew, for review
 * with git diff.
 */
export function runScripts(
  folder: string,
  makeRunner: () => (command: readonly string[]) => string,
): void {
  const names = readdirSync(folder).filter(name => name.endsWith('.txt'));
  for (const name of names) {
    test(name, () => {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      const run = makeRunner();
      const outputs = new Map<number, string>();
      for (const step of parse(text)) {
        const output = run(step.command);
        outputs.set(step.line, output);
        if (process.env.REWRITE === undefined) {
          expect(output, `${name}:${step.line} ${step.command[0]}`).toBe(step.expected);
        }
      }
      expect(outputs.size).toBeGreaterThan(0);
      if (process.env.REWRITE !== undefined) writeFileSync(path, rewrite(text, outputs));
    });
  }
}

function parse(text: string): Step[] {
  const steps: Step[] = [];
  let start = 1;
  for (const block of text.split('\n\n')) {
    const lines = block.split('\n');
    const divider = lines.indexOf(DIVIDER);
    if (divider >= 0) {
      const command = lines.slice(0, divider).filter(line => line !== '' && !line.startsWith('#'));
      const expected = lines.slice(divider + 1).join('\n');
      steps.push({ line: start + divider, command, expected: expected.trimEnd() });
    } else if (lines.some(line => line !== '' && !line.startsWith('#'))) {
      throw new Error(`block at line ${start} has no ${DIVIDER}`);
    }
    start += lines.length + 1;
  }
  return steps;
}

function rewrite(text: string, outputs: ReadonlyMap<number, string>): string {
  let start = 1;
  const blocks = text.split('\n\n').map(block => {
    const lines = block.split('\n');
    const divider = lines.indexOf(DIVIDER);
    const output = outputs.get(start + divider);
    start += lines.length + 1;
    return output === undefined ? block : [...lines.slice(0, divider + 1), output].join('\n');
  });
  return `${blocks.join('\n\n').trimEnd()}\n`;
}
