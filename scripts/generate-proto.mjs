// Makes the static codecs of proto/*.proto: src/wire/generated/rpc.js and rpc.d.ts. Their result is
// committed, so that nothing is generated at run time.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = name => join(root, 'node_modules', '.bin', name);
const js = join(root, 'src', 'wire', 'generated', 'rpc.js');
const dts = join(root, 'src', 'wire', 'generated', 'rpc.d.ts');

execFileSync(bin('pbjs'), [
  '-t',
  'static-module',
  '-w',
  'es6',
  '--force-long',
  '--no-create',
  '--no-verify',
  '--no-convert',
  '--no-delimited',
  '--no-service',
  '--keep-case',
  '-o',
  js,
  join(root, 'proto', 'rpc.proto'),
]);
execFileSync(bin('pbts'), ['-o', dts, js]);
// Node resolves ES module imports by their full name.
const source = readFileSync(js, 'utf8');
writeFileSync(
  js,
  source.replace(/from "protobufjs\/minimal(\.js)?"/, 'from "protobufjs/minimal.js"'),
);
