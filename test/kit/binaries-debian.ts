import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineOf, progress, type WantedRelease } from './binaries-types.ts';
import { runCommand } from './run-command.ts';

const MACHINE_APT_PARTS = '/etc/apt/apt.conf.d';
const ARCHIVE_KEYRINGS = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
];
/** A source entry with one of these suites is an archive that carries whole Debian releases. */
const RELEASE_SUITES = new Set([
  ...['bullseye', 'bookworm', 'trixie', 'forky', 'sid'],
  ...['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable'],
]);
const PACKAGES = ['etcd-server', 'etcd-client'] as const;
const EXECUTABLES = ['etcd', 'etcdctl', 'etcdutl'];

/** A release that one suite of the Debian archive carries. */
interface Candidate {
  readonly suite: string;
  readonly version: string;
  readonly packageVersions: ReadonlyMap<string, string>;
}

/**
 * Unpacks etcd's executables from Debian packages into `target`, without installing anything and
 * without touching the machine's package lists: apt runs with a configuration, lists and cache of
 * its own. The archive is the one that the machine's own sources name. Takes the wanted version,
 * or, with `anyPatch`, what the suites have of its line.
 *
 * Returns the version and a description of its origin, or throws with the reason.
 */
export async function fetchFromDebian(
  wanted: WantedRelease,
  target: string,
  anyPatch: boolean,
): Promise<{ version: string; origin: string }> {
  if (wanted.debianSuites.length === 0) throw new Error('no Debian suite carries this line');
  for (const tool of ['apt-get', 'apt-cache', 'dpkg-deb']) {
    if (!existsSync(`/usr/bin/${tool}`)) throw new Error(`${tool} is not on this machine`);
  }
  const seen: string[] = [];
  for (const suite of wanted.debianSuites) {
    await using apt = await PrivateApt.create();
    let candidate: Candidate | undefined;
    try {
      candidate = await apt.look(suite);
    } catch (error) {
      seen.push(`${suite}: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    if (candidate === undefined) {
      seen.push(`${suite} has no etcd-server with etcd-client`);
    } else if (
      candidate.version === wanted.version ||
      (anyPatch && lineOf(candidate.version) === wanted.line)
    ) {
      progress(`${candidate.version}: downloading the packages of Debian ${suite}`);
      await apt.unpack(candidate, target);
      return { version: candidate.version, origin: `Debian ${suite}` };
    } else {
      seen.push(`${suite} has ${candidate.version}`);
    }
  }
  throw new Error(`Debian packages: ${seen.join('; ')}`);
}

/** apt with state, lists, cache and sources in a folder of its own. */
class PrivateApt {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C' };
  }

  static async create(): Promise<PrivateApt> {
    const folder = await mkdtemp(join(tmpdir(), 'etcd-syncer-apt-'));
    const apt = new PrivateApt(folder);
    for (const name of [
      'state/lists/partial',
      'cache/archives/partial',
      'conf.d',
      'sources',
      'empty',
    ]) {
      await mkdir(join(folder, name), { recursive: true });
    }
    await writeFile(join(folder, 'status'), '');
    // The machine's own settings (proxy, checks) stay in force; ours are read after them.
    const parts = existsSync(MACHINE_APT_PARTS) ? await readdir(MACHINE_APT_PARTS) : [];
    for (const part of parts) {
      await symlink(join(MACHINE_APT_PARTS, part), join(folder, 'conf.d', part));
    }
    await writeFile(join(folder, 'apt.conf'), `Dir::Etc::Parts "${join(folder, 'conf.d')}";\n`);
    await apt.#configure('machine');
    return apt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Finds etcd in a suite of the archives that the machine's sources name. */
  async look(suite: string): Promise<Candidate | undefined> {
    await this.#configure('machine');
    const archives = await this.#machineArchives();
    if (archives.length === 0) {
      throw new Error("the machine's package sources name no Debian archive");
    }
    await this.#configure('own');
    let failure: unknown;
    for (const archive of archives) {
      try {
        await this.#useSuite(archive, suite);
        return await this.#candidate(suite);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Downloads the packages and copies the executables to `target`. */
  async unpack(candidate: Candidate, target: string): Promise<void> {
    const debs = join(this.#folder, 'debs');
    const tree = join(this.#folder, 'tree');
    await mkdir(debs);
    await mkdir(tree);
    const specs = [...candidate.packageVersions].map(([name, version]) => `${name}=${version}`);
    await runCommand('apt-get', ['-q', 'download', ...specs], { cwd: debs, env: this.#env });
    for (const deb of await readdir(debs)) {
      await runCommand('dpkg-deb', ['-x', join(debs, deb), tree]);
    }
    for (const name of EXECUTABLES) {
      const from = join(tree, 'usr/bin', name);
      if (existsSync(from)) await cp(from, join(target, name));
    }
  }

  async #configure(sources: 'machine' | 'own'): Promise<void> {
    const folder = this.#folder;
    const lines = [
      // Hooks of the machine tidy up or tell others about the machine's own lists.
      '#clear APT::Update::Pre-Invoke;',
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      '#clear DPkg::Post-Invoke;',
      `Dir::State "${folder}/state";`,
      `Dir::State::status "${folder}/status";`,
      `Dir::Cache "${folder}/cache";`,
      'Acquire::Languages "none";',
      'Acquire::Retries "3";',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
      'APT::Sandbox::User "root";',
    ];
    if (sources === 'own') {
      lines.push(
        'Dir::Etc::sourcelist "/dev/null";',
        `Dir::Etc::sourceparts "${folder}/sources";`,
        'Dir::Etc::preferences "/dev/null";',
        `Dir::Etc::preferencesparts "${folder}/empty";`,
      );
    }
    await writeFile(join(folder, 'conf.d', 'zz-private'), `${lines.join('\n')}\n`);
  }

  /** Base addresses of the Debian archives among the machine's sources. */
  async #machineArchives(): Promise<string[]> {
    const uris = await runCommand('apt-get', ['update', '--print-uris'], { env: this.#env });
    const found = new Set<string>();
    for (const match of uris.matchAll(/^'(.+?\/)dists\/([^/']+)\/InRelease'/gm)) {
      const [, archive, suite] = match;
      if (archive !== undefined && suite !== undefined && RELEASE_SUITES.has(suite)) {
        found.add(archive);
      }
    }
    return [...found];
  }

  async #useSuite(archive: string, suite: string): Promise<void> {
    const keyring = ARCHIVE_KEYRINGS.find(path => existsSync(path));
    const fields = ['Types: deb', `URIs: ${archive}`, `Suites: ${suite}`, 'Components: main'];
    if (keyring !== undefined) fields.push(`Signed-By: ${keyring}`);
    await writeFile(join(this.#folder, 'sources', 'etcd.sources'), `${fields.join('\n')}\n`);
    progress(`reading the package list of Debian ${suite}`);
    await runCommand('apt-get', ['-q', 'update'], { env: this.#env });
  }

  async #candidate(suite: string): Promise<Candidate | undefined> {
    const listed = await runCommand('apt-cache', ['madison', ...PACKAGES], { env: this.#env });
    const packageVersions = new Map<string, string>();
    for (const line of listed.split('\n')) {
      const [name, version] = line.split('|').map(field => field.trim());
      // Of several versions madison lists the newest first.
      if (name && version && !packageVersions.has(name)) packageVersions.set(name, version);
    }
    const server = packageVersions.get('etcd-server');
    if (server === undefined || !packageVersions.has('etcd-client')) return undefined;
    const upstream = /^(?:\d+:)?(\d+\.\d+\.\d+)/.exec(server)?.[1];
    if (upstream === undefined) throw new Error(`can't read the package version ${server}`);
    return { suite, version: upstream, packageVersions };
  }
}
