import seedrandom from 'seedrandom';
import { EDGE, LAYERS, R, RATIO } from './ziggurat.ts';

const TWO_TO_MINUS_32 = 2 ** -32;
const TWO_TO_MINUS_24 = 2 ** -24;

/**
 * A random stream: seedrandom turns a name such as '42/0/arrivals' into the state, sfc32 (Chris Doty-Humphrey, PractRand) draws from it.
 * The state is int32, which V8 keeps unboxed in fields.
 */
export class Stream {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** Starts the stream anew: the same key always gives the same draws. */
  seed(key: string): void {
    const { int32 } = seedrandom(key);
    this.a = int32();
    this.b = int32();
    this.c = int32();
    this.counter = 1;
  }

  int32(): number {
    const result = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result;
  }

  /** Uniform on (0, 1), in steps of 2^-32; never 0 or 1. */
  uniform(): number {
    return ((this.int32() >>> 0) + 0.5) * TWO_TO_MINUS_32;
  }

  /** Standard normal, by the ziggurat in Doornik's form (ZIGNOR, 2005): the low bits choose the layer, the others the place in it. */
  normal(): number {
    const bits = this.int32();
    const layer = bits & (LAYERS - 1);
    const place = ((bits >> 7) + 0.5) * TWO_TO_MINUS_24;
    return Math.abs(place) < RATIO[layer]! ? place * EDGE[layer]! : +this.unusual(layer, place); // the plus keeps the double unboxed
  }

  /** The 2% of normals outside their layer's rectangle. */
  private unusual(firstLayer: number, firstPlace: number): number {
    let layer = firstLayer;
    let place = firstPlace;
    for (;;) {
      if (Math.abs(place) < RATIO[layer]!) return place * EDGE[layer]!;
      if (layer === 0) return this.tail(place < 0);
      const x = place * EDGE[layer]!;
      const lower = Math.exp(-0.5 * (EDGE[layer]! ** 2 - x * x));
      const upper = Math.exp(-0.5 * (EDGE[layer + 1]! ** 2 - x * x));
      if (upper + this.uniform() * (lower - upper) < 1) return x;
      const bits = this.int32();
      layer = bits & (LAYERS - 1);
      place = ((bits >> 7) + 0.5) * TWO_TO_MINUS_24;
    }
  }

  private tail(negative: boolean): number {
    let x: number;
    let y: number;
    do {
      x = Math.log(this.uniform()) / R;
      y = Math.log(this.uniform());
    } while (-2 * y < x * x);
    return negative ? x - R : R - x;
  }
}

/** The streams of one run, each named for its purpose, so that a new random choice never disturbs the old ones. */
export function createStreams() {
  const streams = new Map<string, Stream>();
  return {
    /** The stream of a name; two users of one name would share its draws, so each name is given out once. */
    stream(name: string): Stream {
      if (streams.has(name)) throw new Error(`stream '${name}' is in use`);
      const stream = new Stream();
      streams.set(name, stream);
      return stream;
    },
    /** Starts all streams anew from (seed, name). */
    seed(seed: string): void {
      for (const [name, stream] of streams) stream.seed(`${seed}/${name}`);
    },
  };
}

export type Streams = ReturnType<typeof createStreams>;
