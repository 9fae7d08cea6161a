// tsx bench/profile.ts FILE.cpuprofile: self time by function, most first.
import { readFileSync } from 'node:fs';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 45;
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('which profile?');
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8')) as Profile;
const names = new Map(
  nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const file = url.replace(/^.*\/(?=dist\/|node_modules\/)/, '');
    return [id, `${functionName || '(anonymous)'}  ${file}:${lineNumber + 1}`];
  }),
);
const self = new Map<string, number>();
let total = 0;
for (const [i, id] of samples.entries()) {
  const name = names.get(id) ?? String(id);
  const time = timeDeltas[i] ?? 0;
  self.set(name, (self.get(name) ?? 0) + time);
  total += name.startsWith('(idle)') ? 0 : time;
}
console.log(`${(total / 1e6).toFixed(2)} s without idling`);
for (const [name, time] of [...self].toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
  console.log(
    `${(time / 1e3).toFixed(0).padStart(7)} ms ${((100 * time) / total).toFixed(1).padStart(5)} %  ${name}`,
  );
}
