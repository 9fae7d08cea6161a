/** etcd refused the request when it was applied: nothing changed. The reason is etcd's own error in a few words. */
export class Refusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Refusal';
  }
}
