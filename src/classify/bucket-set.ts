/** A set of small numbers that is filled and emptied many times: neither costs more than the numbers in it. */
export class BucketSet {
  /** A bit for each number. */
  readonly #marks: Int32Array;
  readonly #found: Uint32Array;
  #count = 0;

  /** Holds numbers below `size`, a multiple of 32. */
  constructor(size: number) {
    this.#marks = new Int32Array(size / 32);
    this.#found = new Uint32Array(size);
  }

  add(bucket: number): void {
    const marks = this.#marks[bucket >> 5] ?? 0;
    const mark = 1 << (bucket & 31);
    if ((marks & mark) !== 0) return;
    this.#marks[bucket >> 5] = marks | mark;
    this.#found[this.#count] = bucket;
    this.#count += 1;
  }

  addAll(taken: Uint32Array): void {
    for (let index = 0; index < taken.length; index += 1) this.add(taken[index] ?? 0);
  }

  /** The numbers in the order in which they came, each once. The set is empty afterwards. */
  take(): Uint32Array {
    const taken = this.#found.slice(0, this.#count);
    for (let index = 0; index < taken.length; index += 1) this.#marks[(taken[index] ?? 0) >> 5] = 0;
    this.#count = 0;
    return taken;
  }
}
