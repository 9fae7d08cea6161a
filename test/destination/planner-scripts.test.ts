import { join } from 'node:path';
import { describe } from 'vitest';
import { runScripts } from '../kit/datadriven.ts';
import { PlannerScript } from './planner-script.ts';

describe('scripts', () => {
  runScripts(join(import.meta.dirname, '../../testdata/planner'), () => {
    const script = new PlannerScript();
    return command => script.run(command);
  });
});
