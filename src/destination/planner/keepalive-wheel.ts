/** One turn of the wheel covers any TTL: later ones go round again. */
const SLOTS = 512;

/**
 * When each lease is due for its next keepalive, in slots of a fixed length. Adding and taking cost the
 * same however many leases there are; a lease that was removed is skipped when its slot comes.
 */
export class KeepaliveWheel {
  readonly #slots: Map<bigint, number>[] = Array.from({ length: SLOTS }, () => new Map());
  readonly #dueSlot = new Map<bigint, number>();
  readonly #slotMs: number;
  #nextSlot: number;

  constructor(slotMs: number, nowMs: number) {
    this.#slotMs = slotMs;
    this.#nextSlot = Math.floor(nowMs / slotMs);
  }

  get size(): number {
    return this.#dueSlot.size;
  }

  /** Makes the lease due at `dueMs`, instead of when it was due before. */
  schedule(id: bigint, dueMs: number): void {
    this.remove(id);
    const slot = Math.max(Math.floor(dueMs / this.#slotMs), this.#nextSlot);
    this.#dueSlot.set(id, slot);
    this.#slots[slot % SLOTS]?.set(id, slot);
  }

  remove(id: bigint): void {
    const slot = this.#dueSlot.get(id);
    if (slot === undefined) return;
    this.#slots[slot % SLOTS]?.delete(id);
    this.#dueSlot.delete(id);
  }

  /** Takes up to `limit` leases that are due at `nowMs`; they are scheduled again by the caller. */
  due(nowMs: number, limit: number): bigint[] {
    const ids: bigint[] = [];
    const current = Math.floor(nowMs / this.#slotMs);
    for (; this.#nextSlot <= current; this.#nextSlot += 1) {
      for (const [id, slot] of this.#slots[this.#nextSlot % SLOTS] ?? []) {
        if (slot > this.#nextSlot) continue;
        if (ids.length >= limit) return ids;
        this.remove(id);
        ids.push(id);
      }
    }
    return ids;
  }
}
