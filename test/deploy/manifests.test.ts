import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { environmentName, OPTIONS, type Option } from '../../src/config/options.ts';
import { DEPLOY_FILES, ROOT, readText, readYaml } from './files.ts';

const OPTION_LIST: readonly Option[] = Object.values(OPTIONS);
const RUN_FLAGS = OPTION_LIST.filter(({ commands }) => commands.includes('run')).map(
  ({ flag }) => flag,
);
const ENVIRONMENT = [
  ...OPTION_LIST.map(({ flag }) => environmentName(flag)),
  // Passwords are never flags (src/config/options.ts).
  ...['ETCD_SYNCER_SOURCE_PASSWORD', 'ETCD_SYNCER_DEST_PASSWORD'],
];
const yamlFiles = DEPLOY_FILES.filter(path => path.endsWith('.yaml'));

describe('every file', () => {
  test('is of a kind that is looked at here', () => {
    const known = /\.(yaml|json|service|conf)$|^Dockerfile(\.dockerignore)?$/;
    expect(DEPLOY_FILES.filter(path => !known.test(basename(path)))).toEqual([]);
  });

  test.each(yamlFiles)('%s is YAML', path => expect(readYaml(path)).not.toEqual([]));

  test.each(DEPLOY_FILES)('%s uses flags of `run` and variables that are there', path => {
    const text = readText(path);
    // After `run`, in lists of arguments and in comments; flags of other programs have no equals sign before a value of ours.
    for (const [, line = ''] of text.matchAll(/^(?:ExecStart=.*? run |\s+- (?=--))(.*)$/gm)) {
      for (const [, flag] of line.matchAll(/--([a-z-]+)=/g)) expect(RUN_FLAGS).toContain(flag);
    }
    for (const [name] of text.matchAll(/\bETCD_SYNCER_[A-Z_]+/g))
      expect(ENVIRONMENT).toContain(name);
  });

  test.each(yamlFiles.filter(path => basename(path) === 'config.yaml'))(
    '%s is read as a configuration',
    path => {
      const config = loadConfig({ config: join(ROOT, path) }, {});
      expect(config.destEndpoints.length).toBeGreaterThan(0);
      expect(
        Object.keys(parse(readText(path)) as object).filter(name => !RUN_FLAGS.includes(name)),
      ).toEqual([]);
    },
  );
});

describe('the image', () => {
  const lines = readText('deploy/Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const stages = lines
    .join('\n')
    .split(/^FROM /m)
    .slice(1);
  const [build = '', final = ''] = stages;
  const { scripts, bin } = JSON.parse(readText('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
    readonly bin: Readonly<Record<string, string>>;
  };
  const copied = [...build.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  );
  const allowed = readText('deploy/Dockerfile.dockerignore')
    .split('\n')
    .filter(line => line.startsWith('!'))
    .map(line => line.slice(1));

  test('the build has what the build script names', () => {
    const named = scripts.build?.match(/\S+\.(?:json|mjs)/g) ?? [];
    expect(named).toHaveLength(2);
    expect(copied).toEqual(
      expect.arrayContaining([
        ...named,
        'tsconfig.json',
        'package.json',
        'package-lock.json',
        '.npmrc',
        'src',
      ]),
    );
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  test('what is copied is not ignored, and nothing else is let in', () => {
    const own = [...final.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    );
    expect(allowed.toSorted()).toEqual([...copied, ...own].toSorted());
    expect(readText('deploy/Dockerfile.dockerignore')).toMatch(/^\*\*$/m);
  });

  test('it starts the program of package.json, without a shell, as nobody', () => {
    const program = bin['etcd-syncer'] ?? '';
    expect(final).toContain(`ENTRYPOINT ["node", "/app/${program}"]`);
    for (const path of [dirname(dirname(program)), 'node_modules', 'package.json']) {
      expect(final).toContain(`COPY --from=build /build/${path} `);
    }
    for (const line of lines.filter(line => /^\s*(RUN|CMD|ENTRYPOINT) /.test(line))) {
      expect(line).toMatch(/^\s*\w+ \[.*\]$/);
    }
    expect(final).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  test('dependencies come from the lock file, on a Node.js that package.json accepts', () => {
    expect(build).toContain('"npm", "ci"');
    const major = /^ARG NODE_IMAGE=node:(\d+)/m.exec(lines.join('\n'))?.[1];
    expect(Number(major)).toBeGreaterThanOrEqual(20);
  });
});

describe('systemd', () => {
  const unit = readText('deploy/systemd/etcd-syncer.service');
  const drops = DEPLOY_FILES.filter(path => path.endsWith('.conf'))
    .map(readText)
    .join('\n');

  test('restarts after a failure, but not with a configuration that can not be used', () => {
    expect(unit).toMatch(/^Restart=on-failure$/m);
    expect(unit).toMatch(/^RestartPreventExitStatus=2$/m);
    expect(readText('src/cli/main.ts')).toContain('const EXIT_USAGE = 2;');
  });

  test('a line is a section, a comment, or a setting', () => {
    for (const line of `${unit}\n${drops}`.split('\n'))
      expect(line).toMatch(/^$|^#|^\[\w+\]$|^[A-Z]\w+=/);
  });

  test('the lock of the data directory may be taken', () => {
    expect(unit).toMatch(/^RestrictAddressFamilies=.*\bAF_UNIX\b/m);
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
  });

  test('what is read from the credentials is put there', () => {
    const used = [...drops.matchAll(/=%d\/(\S+)$/gm)].map(match => match[1]);
    expect(used).toHaveLength(5);
    for (const name of used) expect(drops).toContain(`LoadCredential=${name}:`);
  });
});

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

describe('kubernetes', () => {
  const folder = 'deploy/kubernetes/base';
  const { resources } = readYaml(`${folder}/kustomization.yaml`)[0] as {
    resources: readonly string[];
  };
  const all = resources.flatMap(name => readYaml(`${folder}/${name}`) as Resource[]);
  const set = all.find(({ kind }) => kind === 'StatefulSet');
  const spec = set?.spec as unknown as {
    replicas: number;
    serviceName: string;
    template: { spec: { containers: readonly Container[]; volumes: readonly { name: string }[] } };
    volumeClaimTemplates: readonly { metadata: { name: string } }[];
  };
  const [container] = spec.template.spec.containers as [Container];

  test('every file is part of a kustomization', () => {
    for (const name of ['base', 'monitoring']) {
      const [kustomization] = readYaml(`deploy/kubernetes/${name}/kustomization.yaml`) as [
        Kustomization,
      ];
      const named = [
        ...kustomization.resources,
        ...(kustomization.configMapGenerator ?? []).flatMap(({ files }) => files),
      ];
      for (const path of named)
        expect(existsSync(join(ROOT, 'deploy/kubernetes', name, path))).toBe(true);
      const there = DEPLOY_FILES.filter(path => path.startsWith(`deploy/kubernetes/${name}/`)).map(
        path => basename(path),
      );
      expect(there.filter(path => path !== 'kustomization.yaml' && !named.includes(path))).toEqual(
        [],
      );
    }
  });

  test('replicas are told apart by names that stay, and stand by for each other', () => {
    expect(spec.replicas).toBe(2);
    expect(readText(`${folder}/config.yaml`)).toMatch(/^ha: true$/m);
    expect(JSON.stringify(set?.spec)).toContain('podAntiAffinity');
    expect(container.args).toContain('--replica-name=$(POD_NAME)');
    const peer = all.find(
      ({ kind, metadata }) => kind === 'Service' && metadata.name === spec.serviceName,
    );
    expect(peer?.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(container.args.join(' ')).toContain(`//$(POD_NAME).${spec.serviceName}.`);
  });

  test('ports that services, probes and policies name are those of the container', () => {
    const names = container.ports.map(({ name }) => name);
    const used = [...JSON.stringify(all).matchAll(/"(?:targetPort|port)":"(\w+)"/g)].map(
      match => match[1],
    );
    expect(used.length).toBeGreaterThan(4);
    for (const name of used) expect(names).toContain(name);
    const config = readText(`${folder}/config.yaml`);
    for (const { containerPort } of container.ports)
      expect(config).toContain(`0.0.0.0:${containerPort}`);
  });

  test('probes ask for paths that are served', () => {
    const served = readText('src/ops/http/health-routes.ts');
    for (const probe of [container.livenessProbe, container.readinessProbe]) {
      expect(served).toContain(`path: '${probe.httpGet.path}'`);
    }
    expect(container.livenessProbe.httpGet.path).toBe('/livez');
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
  });

  test('what is mounted is there, and every file of the configuration lies in a mount', () => {
    const volumes = [...spec.template.spec.volumes.map(({ name }) => name)];
    volumes.push(...spec.volumeClaimTemplates.map(({ metadata }) => metadata.name));
    expect(container.volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes.toSorted());
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    const files = [...readText(`${folder}/config.yaml`).matchAll(/: (\/\S+)$/gm)].map(
      match => match[1] ?? '',
    );
    expect(files).toHaveLength(13);
    for (const path of files) expect(mounts).toContain(dirname(path));
  });

  test('the root is read-only and nobody is root', () => {
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });
});

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly files: readonly string[] }[];
}

interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe: { readonly httpGet: { readonly path: string } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: unknown;
}
