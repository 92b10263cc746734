/** Tables of the ziggurat for the normal distribution with 128 layers of equal area (Doornik, "An improved ziggurat method", 2005). */
export const LAYERS = 128;
/** Where the tail begins. */
export const R = 3.442619855899;
const AREA = 9.91256303526217e-3;

/** Right edge of each layer; layer 0 is the base with the tail, drawn as a rectangle of the same area. */
export const EDGE = new Float64Array(LAYERS + 1);
/** Share of each layer's width that lies under the curve whatever the height. */
export const RATIO = new Float64Array(LAYERS);

const density = (x: number) => Math.exp(-0.5 * x * x);
EDGE[0] = AREA / density(R);
EDGE[1] = R;
for (let i = 2; i < LAYERS; i++) EDGE[i] = Math.sqrt(-2 * Math.log(AREA / EDGE[i - 1]! + density(EDGE[i - 1]!)));
for (let i = 0; i < LAYERS; i++) RATIO[i] = EDGE[i + 1]! / EDGE[i]!;
