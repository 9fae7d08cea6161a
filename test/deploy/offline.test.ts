import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ROOT } from './files.ts';

const UNIT = 'etcd-syncer.service';
/** Of 0 to 100, as `systemd-analyze security` counts what a service might do to its host. */
const MOST_EXPOSED = 15;

type Labels = Readonly<Record<string, string>>;

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Labels };
  readonly spec: {
    readonly selector: Labels & { readonly matchLabels?: Labels };
    readonly podSelector: { readonly matchLabels: Labels };
    readonly endpoints: readonly { readonly port: string }[];
    readonly ports: readonly { readonly name: string }[];
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: { readonly volumes: readonly { readonly configMap?: { name: string } }[] };
    };
  };
}

/** Where the command is, and its first arguments. */
const KUSTOMIZE = [['kubectl', 'kustomize'] as const, ['kustomize', 'build'] as const].find(
  ([program, command]) => spawnSync(program, [command, '--help']).status === 0,
);

describe.runIf(KUSTOMIZE !== undefined)('what kustomize makes of the manifests', () => {
  const [program, command] = KUSTOMIZE ?? ['', ''];
  const render = (name: string): Rendered[] => {
    const text = execFileSync(program, [command, join(ROOT, 'deploy/kubernetes', name)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return parseAllDocuments(text).map(document => document.toJS() as Rendered);
  };

  test('everything that selects pods selects those of the set', () => {
    const all = render('base');
    const pods = all.find(({ kind }) => kind === 'StatefulSet')?.spec.template.metadata.labels;
    expect(pods).toBeDefined();
    const selectors = all.flatMap(({ kind, spec }) => {
      if (kind === 'Service') return [spec.selector];
      if (kind === 'NetworkPolicy') return [spec.podSelector.matchLabels];
      if (spec?.selector === undefined) return [];
      return [spec.selector.matchLabels ?? {}];
    });
    expect(selectors).toHaveLength(5);
    for (const selector of selectors) {
      expect(Object.keys(selector)).not.toEqual([]);
      expect(pods).toMatchObject(selector);
    }
  });

  test('the set mounts the configuration that is made, under its name with the hash', () => {
    const all = render('base');
    const made = all.find(({ kind }) => kind === 'ConfigMap')?.metadata.name;
    expect(made).toMatch(/^etcd-syncer-\w+$/);
    const volumes = all.find(({ kind }) => kind === 'StatefulSet')?.spec.template.spec.volumes;
    expect(volumes?.flatMap(({ configMap }) => configMap?.name ?? [])).toEqual([made]);
  });

  test('the monitor finds the service, and its port', () => {
    const all = render('monitoring');
    const monitor = all.find(({ kind }) => kind === 'ServiceMonitor')?.spec;
    const found = all.filter(
      ({ kind, metadata }) =>
        kind === 'Service' &&
        Object.entries(monitor?.selector.matchLabels ?? {}).every(
          ([name, value]) => metadata.labels?.[name] === value,
        ),
    );
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['etcd-syncer']);
    const ports = found.flatMap(({ spec }) => spec.ports.map(({ name }) => name));
    for (const { port } of monitor?.endpoints ?? []) expect(ports).toContain(port);
  });
});

test.runIf(KUSTOMIZE === undefined)('not run: kustomize and kubectl are not on the PATH', () => {
  expect(KUSTOMIZE).toBeUndefined();
});

/** A copy of the unit and what belongs to it, with a program that is there; returns its path. */
function unitCopy(): string {
  const dir = mkdtempSync(join(tmpdir(), 'etcd-syncer-unit-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  cpSync(join(ROOT, 'deploy/systemd'), dir, { recursive: true });
  const path = join(dir, UNIT);
  writeFileSync(path, readFileSync(path, 'utf8').replace('/usr/bin/node', process.execPath));
  return path;
}

/** What is said about our files; about others of the host anything may be. */
function complaints(path: string): string[] {
  const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  return `${stdout}${stderr}`.split('\n').filter(line => line.includes(UNIT));
}

/** Of a version that judges files that are not installed. */
const hasAnalyze =
  spawnSync('systemd-analyze', ['security', '--offline=true', unitPath()]).status === 0;

function unitPath(): string {
  return join(ROOT, 'deploy/systemd', UNIT);
}

describe.runIf(hasAnalyze)('what systemd makes of the unit', () => {
  test('it takes every setting, those of the drop-ins too', () => {
    expect(complaints(unitCopy())).toEqual([]);
  });

  test('a setting that it does not know would be noticed', () => {
    const path = unitCopy();
    appendFileSync(join(`${path}.d`, 'operators.conf'), 'ProtectClok=yes\n');
    expect(complaints(path).join('\n')).toContain("Unknown key 'ProtectClok'");
  });

  test('the service may do little to its host', () => {
    const args = ['security', '--offline=true', `--threshold=${MOST_EXPOSED}`, '--no-pager'];
    const { status, stdout } = spawnSync('systemd-analyze', [...args, unitPath()], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('Overall exposure level');
    expect(status).toBe(0);
  });
});

test.runIf(!hasAnalyze)('not run: systemd-analyze (250 or newer) is not on the PATH', () => {
  expect(hasAnalyze).toBe(false);
});
