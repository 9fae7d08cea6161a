import { join } from 'node:path';
import { describe } from 'vitest';
import { runScripts } from '../kit/datadriven.ts';
import { RaftScript } from './script-runner.ts';

describe('scripts', () => {
  runScripts(join(import.meta.dirname, '../../testdata/raft'), () => {
    const script = new RaftScript();
    return command => script.run(command);
  });
});
