import type { Fields } from './client.ts';
import { Dice } from './dice.ts';
import { authOperation, firstAuthOperations, USERS } from './generate-auth.ts';
import { KvGenerator } from './generate-kv.ts';
import type { Operation } from './operations.ts';

export interface GeneratorOptions {
  readonly seed: number;
  readonly line: string;
  /** IDs of the members, as text. */
  readonly memberIds: readonly string[];
}

const ADMIN = 'root';

/** An endless list of requests, the same for the same seed. */
export class Generator {
  readonly #dice: Dice;
  readonly #kv: KvGenerator;
  readonly #options: GeneratorOptions;
  readonly #first: Operation[];
  /** Alarms to be cleared, by the operation at which they are. */
  readonly #toClear: { readonly at: number; readonly request: Fields }[] = [];
  #count = 0;

  constructor(options: GeneratorOptions) {
    this.#options = options;
    this.#dice = new Dice(options.seed);
    this.#kv = new KvGenerator(this.#dice, options.line);
    this.#first = firstAuthOperations()
      .map(([kind, method, request]) => operation(kind, method, request, ADMIN))
      .reverse();
  }

  /** How many of the first requests prepare the rest: they are to be sent one after the other. */
  get preparations(): number {
    return this.#first.length;
  }

  next(): Operation {
    const first = this.#first.pop();
    if (first !== undefined) return first;
    this.#count += 1;
    const due = this.#toClear.findIndex(({ at }) => at <= this.#count);
    const [clear] = due < 0 ? [] : this.#toClear.splice(due, 1);
    if (clear !== undefined) return operation('alarm', 'Maintenance/Alarm', clear.request, ADMIN);
    return this.#dice.weighted<() => Operation>([
      [28, () => operation('put', 'KV/Put', this.#kv.put(), this.#caller())],
      [
        9,
        () => operation('delete-range', 'KV/DeleteRange', this.#kv.deleteRange(), this.#caller()),
      ],
      [32, () => this.#txn()],
      [8, () => operation('lease-grant', 'Lease/LeaseGrant', this.#kv.grant(), this.#caller())],
      [
        3,
        () =>
          operation('lease-revoke', 'Lease/LeaseRevoke', { ID: this.#kv.lease() }, this.#caller()),
      ],
      [
        2,
        () =>
          operation(
            'lease-keepalive',
            'Lease/LeaseKeepAlive',
            { ID: this.#kv.lease() },
            this.#caller(),
            false,
          ),
      ],
      [1, () => operation('compaction', 'KV/Compact', this.#kv.compaction(), ADMIN)],
      [0.3, () => this.#alarm()],
      [14, () => this.#auth()],
    ])();
  }

  #caller(): string | undefined {
    return this.#dice.weighted([
      [6, ADMIN],
      [10, this.#dice.pick(USERS.slice(1))],
      [0.5, undefined],
    ]);
  }

  #auth(): Operation {
    const [kind, method, request] = authOperation(this.#dice);
    const caller = this.#dice.chance(0.9) ? ADMIN : this.#dice.pick(USERS);
    return operation(kind, method, request, caller);
  }

  #txn(): Operation {
    const request = this.#kv.txn();
    const isRead = (ops: unknown): boolean =>
      Array.isArray(ops) && ops.every(op => 'request_range' in (op as object));
    const isLogged = !(isRead(request.success) && isRead(request.failure));
    return operation('txn', 'KV/Txn', request, this.#caller(), isLogged);
  }

  #alarm(): Operation {
    const dice = this.#dice;
    const memberID = dice.pick([...this.#options.memberIds, '77']);
    const is34 = this.#options.line === '3.4';
    const alarm = dice.weighted([
      [5, 'Nospace'],
      [2, 'Corrupt'],
      [0.5, 'None'],
    ]);
    const action = dice.weighted([
      [6, 'Activate'],
      [1, 'Deactivate'],
      [1, 'Get'],
    ]);
    const request = { action, memberID, alarm };
    if (action === 'Activate' && (alarm !== 'None' || is34)) {
      const at = this.#count + 3 + dice.roll(alarm === 'Corrupt' ? 15 : 60);
      this.#toClear.push({ at, request: { ...request, action: 'Deactivate' } });
    }
    return operation('alarm', 'Maintenance/Alarm', request, ADMIN);
  }
}

function operation(
  kind: string,
  method: string,
  request: Fields,
  caller: string | undefined,
  isLogged = true,
): Operation {
  return { kind, method, request, caller, isLogged };
}
