import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Files below deploy/, by their paths from the root of the repository. */
export const DEPLOY_FILES = readdirSync(join(ROOT, 'deploy'), {
  recursive: true,
  withFileTypes: true,
})
  .filter(entry => entry.isFile())
  .map(entry => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
  .toSorted();

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The documents of a YAML file. Throws at its first fault. */
export function readYaml(path: string): unknown[] {
  return parseAllDocuments(readText(path)).map(document => {
    const [fault] = document.errors;
    if (fault !== undefined) throw new Error(`${path}: ${fault.message}`);
    return document.toJS() as unknown;
  });
}
