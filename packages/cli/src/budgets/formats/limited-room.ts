/** Keeps a report within a length: what comes first gets room first. */

/** Less than anything worth saying takes. */
const FULL = 40;
/** Between two pieces stands an empty line at most. */
const BETWEEN = 2;

/** What is left of a length, in UTF-16 units. */
export class Room {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get isFull(): boolean {
    return this.#left < FULL;
  }

  /** Takes room for a text, if there is any. @param more what comes with it */
  takes(text: string, more = 0): boolean {
    const length = text.length + more + BETWEEN;
    if (length > this.#left) return false;
    this.#left -= length;
    return true;
  }
}

/** Pieces in their order, as far as there is room, whichever of them is offered first. */
export class LimitedList {
  readonly #room: Room;
  readonly #frame: number;
  readonly #pieces = new Map<number, string>();
  #missing = 0;

  /** @param frame the length of what stands round the pieces when there are any */
  constructor(room: Room, frame: number) {
    this.#room = room;
    this.#frame = frame;
  }

  /** @param make not called when there is no room for anything */
  offer(place: number, make: () => string): void {
    const text = this.#room.isFull ? undefined : make();
    const isFirst = this.#pieces.size === 0;
    if (text !== undefined && this.#room.takes(text, isFirst ? this.#frame : 0)) this.#pieces.set(place, text);
    else this.#missing++;
  }

  /** How many found no room. */
  get missing(): number {
    return this.#missing;
  }

  get pieces(): string[] {
    return [...this.#pieces].sort(([one], [other]) => one - other).map(([, text]) => text);
  }
}
