/** An entry of the source's log. */
export interface Position {
  readonly index: number;
  readonly term: number;
}
