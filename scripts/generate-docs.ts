// Writes the pages of docs/ that come from tables in the code; `--check` only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentName, OPTIONS, type Option } from '../src/config/options.ts';
import { ERROR_CODES } from '../src/ops/error-codes.ts';
import { METRICS } from '../src/ops/metric-names.ts';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');

export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['errors.md', errors()],
    ['options.md', options()],
    ['metrics.md', metrics()],
  ]);
}

function errors(): string {
  const effects = {
    retried: 'goes on trying',
    stops: 'stops, exit 3 (2 for usage)',
    reported: 'goes on, and says so',
  };
  const entries = Object.entries(ERROR_CODES).map(
    ([code, { what, why, action, effect }]) =>
      `## ${code}\n\n${what}\n\n- Why: ${why}\n- What to do: ${action}\n- etcd-syncer ${effects[effect]}.\n`,
  );
  return `# Error codes\n\nGenerated from \`src/ops/error-codes.ts\`; \`etcd-syncer explain CODE\` prints the same.\n\n${entries.join('\n')}`;
}

function options(): string {
  const rows = Object.values<Option>(OPTIONS).map(
    ({ flag, placeholder = '', default: initial, help, commands }) => {
      const value = Array.isArray(initial) ? initial.join(',') : (initial ?? '');
      return `| \`--${flag}${placeholder === '' ? '' : ` ${placeholder}`}\` | \`${environmentName(flag)}\` | ${value === '' || value === false ? '' : `\`${String(value)}\``} | ${commands.join(', ')} | ${help} |`;
    },
  );
  return `# Options\n\nGenerated from \`src/config/options.ts\`. A flag goes before the environment, that before the file named by \`--config\` (YAML with the flag names as keys), that before the default. Passwords are never flags.\n\n| Flag | Environment | Default | Commands | Meaning |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function metrics(): string {
  const rows = Object.entries(METRICS).map(([name, metric]) => {
    const labels = 'labels' in metric ? metric.labels.join(', ') : '';
    return `| \`${name}\` | ${metric.kind} | ${labels} | ${metric.help} |`;
  });
  return `# Metrics\n\nGenerated from \`src/ops/metric-names.ts\`. Beside these, the process metrics of prom-client are exported.\n\n| Name | Kind | Labels | Meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of generatedPages()) {
    const path = join(docs, name);
    if (process.argv.includes('--check')) {
      if (readFileSync(path, 'utf8') !== text) {
        console.error(`docs/${name} is out of date: run npm run docs`);
        process.exitCode = 1;
      }
    } else writeFileSync(path, text);
  }
}
