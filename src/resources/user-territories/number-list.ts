/** A list of numbers up to 2^32 that grows, four bytes each: for lists with a line per row. */
export class NumberList {
  #numbers = new Uint32Array(1024);
  length = 0;

  push(number: number): void {
    if (this.length === this.#numbers.length) {
      const longer = new Uint32Array(this.length * 2);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#numbers[this.length] = number;
    this.length += 1;
  }

  at(index: number): number {
    return this.#numbers[index] as number;
  }

  /** The numbers themselves, not a copy. */
  array(): Uint32Array {
    return this.#numbers.subarray(0, this.length);
  }
}
