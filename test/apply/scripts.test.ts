import { join } from 'node:path';
import { describe } from 'vitest';
import { runScripts } from '../kit/datadriven.ts';
import { ScriptRunner } from './script-runner.ts';

describe('scripts', () => {
  runScripts(join(import.meta.dirname, '../../testdata/apply'), () => {
    const runner = new ScriptRunner();
    return command => runner.run(command);
  });
});
