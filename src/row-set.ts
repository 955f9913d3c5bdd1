/** Numbers of rows, a bit for each up to the highest: a million take 125 kB. */
export class RowSet {
  #bits: Uint8Array;

  constructor(bits: Iterable<number> = new Uint8Array(1024)) {
    this.#bits = Uint8Array.from(bits);
  }

  add(row: number): void {
    const place = row >>> 3;
    if (place >= this.#bits.length) {
      const longer = new Uint8Array(Math.max(place + 1, this.#bits.length * 2));
      longer.set(this.#bits);
      this.#bits = longer;
    }
    this.#bits[place] = (this.#bits[place] ?? 0) | (1 << (row & 7));
  }

  has(row: number): boolean {
    return ((this.#bits[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }

  get isEmpty(): boolean {
    return this.#bits.every((byte) => byte === 0);
  }

  /** The bits, to be stored; the constructor takes them back. */
  bits(): Uint8Array {
    return this.#bits.slice(0, this.#bits.findLastIndex((byte) => byte !== 0) + 1);
  }
}
