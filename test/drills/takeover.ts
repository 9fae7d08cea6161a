import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { isWarm, isWriting, Replicas } from '../kit/replicas.ts';
import type { Syncer } from '../kit/syncer.ts';
import { CheckpointWatch } from './checkpoint-watch.ts';
import { type Drill, type Findings, spread } from './findings.ts';
import { until } from './until.ts';

const RATE = 1_000;
const TICK_MS = 10;
const KEYS = 5_000;
const VALUE = 'x'.repeat(100);
/** Between the first batch of a new writer and the next blow. */
const CALM_MS = 500;
/** The lease, the time until the destination revokes it, and a second for all the rest. */
const LIMIT_SECONDS = 6;

/** The writer of two replicas is killed, frozen and told to stop under a steady load. */
export const takeover: Drill = {
  name: 'takeover',
  about: `two replicas, the writer killed, frozen and stopped under ${RATE} writes/s`,
  async run(options, findings) {
    await using replicas = await Replicas.start({ ...options, sourceSize: 3 });
    await using watch = await CheckpointWatch.start(replicas.destination.endpoints);
    const scene = new Scene(replicas, watch);
    await scene.start();
    const killed = await scene.repeat(options.kills, async writer => {
      await writer.kill('SIGKILL');
      return () => writer.start();
    });
    const frozen = await scene.repeat(options.freezes, async writer => {
      writer.signal('SIGSTOP');
      return () => writer.signal('SIGCONT');
    });
    const stopped = await scene.repeat(options.shutdowns, async writer => {
      await writer.kill('SIGTERM');
      return () => writer.start();
    });
    await scene.end();
    await watch.complete();
    timing(findings, 'SIGKILL', killed);
    timing(findings, 'SIGSTOP', frozen);
    timing(findings, 'SIGTERM, from its end', stopped);
    findings.none('differences, looked for after each', scene.differences);
    findings.none('writes after the next one wrote, or missed', watch.faults());
    findings.none('seats at the source beside the one of the writer', scene.seats);
    findings.none('takeovers that were not warm, or took a snapshot', scene.cold);
    findings.figure('writes answered, failed', `${scene.load.done}, ${scene.load.failed}`);
    findings.figure('writes a second while it ran', scene.load.rate.toFixed(0));
    findings.figure('checkpoints watched', watch.seen.length);
  },
};

function timing(findings: Findings, what: string, seconds: readonly number[]): void {
  const sorted = seconds.toSorted((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
  const most = sorted.at(-1) ?? Number.NaN;
  findings.check(
    `${seconds.length} x ${what}: seconds until a batch of the next writer is confirmed`,
    most < LIMIT_SECONDS,
    `${spread(seconds, 2)}, p99 ${p99.toFixed(2)}`,
  );
}

class Scene {
  readonly load: SteadyWrites;
  readonly differences: string[] = [];
  readonly seats: string[] = [];
  readonly cold: string[] = [];
  readonly #replicas: Replicas;
  readonly #watch: CheckpointWatch;
  #writer = 0;

  constructor(replicas: Replicas, watch: CheckpointWatch) {
    this.#replicas = replicas;
    this.#watch = watch;
    this.load = new SteadyWrites(replicas.source.endpoints);
  }

  async start(): Promise<void> {
    await this.#replicas.startWriter(0);
    const standby = this.#replicas.at(1);
    standby.start();
    await standby.until(isWarm);
    this.load.resume();
  }

  async end(): Promise<void> {
    await this.load.pause();
    this.load.close();
  }

  /** @param blow hits the writer; what it returns brings it back. Returns the seconds of each takeover. */
  async repeat(times: number, blow: (writer: Syncer) => Promise<() => void>): Promise<number[]> {
    const seconds: number[] = [];
    for (let i = 0; i < times; i += 1) {
      await sleep(CALM_MS);
      seconds.push(await this.#takeover(blow));
    }
    return seconds;
  }

  async #takeover(blow: (writer: Syncer) => Promise<() => void>): Promise<number> {
    const old = this.#replicas.at(this.#writer);
    const next = this.#replicas.at(1 - this.#writer);
    const logged = next.output.length;
    const restore = await blow(old);
    // SIGKILL takes effect before anything else can be sent: what was seen by now may still be its own.
    const hitMs = performance.now();
    const before = this.#watch.seen.at(-1);
    const first = await this.#firstBatch(before?.writer);
    await next.until(isWriting, 60_000);
    restore();
    await old.until(status => isWarm(status) && status.ha?.role === 'standby', 60_000);
    await this.#judge(next, logged);
    this.#writer = 1 - this.#writer;
    return (first - hitMs) / 1_000;
  }

  /** When the first batch of another writer was seen: its claim of the checkpoint brings no new index. */
  async #firstBatch(old: string | undefined): Promise<number> {
    let claimed: number | undefined;
    let at = this.#watch.seen.length;
    let found: number | undefined;
    await until(() => {
      for (; found === undefined && at < this.#watch.seen.length; at += 1) {
        const seen = this.#watch.seen[at];
        if (seen === undefined || seen.writer === old) continue;
        claimed ??= seen.index;
        if (seen.index > claimed) found = seen.atMs;
      }
      return found !== undefined;
    }, 'a batch of the next writer');
    return found ?? Number.NaN;
  }

  async #judge(next: Syncer, logged: number): Promise<void> {
    await this.load.pause();
    this.differences.push(...(await this.#replicas.settledDifferences()));
    const seats = await this.#replicas.seats();
    if (seats.length !== 1 || seats[0]?.url !== next.peerUrl) {
      this.seats.push(seats.map(({ id, url }) => `${id} ${url}`).join(' '));
    }
    const said = next.output.slice(logged);
    if (!said.includes('"warm":true') || said.includes('loading a snapshot')) {
      this.cold.push(said.slice(0, 300));
    }
    this.load.resume();
  }
}

/** RATE puts a second, in small bundles, whatever becomes of them. */
class SteadyWrites {
  readonly #client: Etcd3;
  readonly #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #sinceMs = 0;
  #ranMs = 0;
  #sent = 0;
  #dueMs = 0;
  done = 0;
  failed = 0;

  constructor(endpoints: readonly string[]) {
    this.#client = new Etcd3({
      hosts: [...endpoints],
      defaultCallOptions: () => ({ deadline: Date.now() + 5_000 }),
    });
  }

  get rate(): number {
    return (this.done / this.#ranMs) * 1_000;
  }

  resume(): void {
    this.#sinceMs = performance.now();
    this.#dueMs = this.#sinceMs;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  async pause(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    this.#ranMs += performance.now() - this.#sinceMs;
  }

  close(): void {
    this.#client.close();
  }

  #tick(): void {
    const now = performance.now();
    for (; this.#dueMs < now; this.#dueMs += 1_000 / RATE) this.#put();
  }

  #put(): void {
    this.#sent += 1;
    const key = `/load/${this.#sent % KEYS}`;
    const put: Promise<void> = this.#client
      .put(key)
      .value(`${this.#sent} ${VALUE}`)
      .exec()
      .then(
        () => {
          this.done += 1;
        },
        () => {
          this.failed += 1;
        },
      )
      .finally(() => this.#underWay.delete(put));
    this.#underWay.add(put);
  }
}
