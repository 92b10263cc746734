/** Keys that belong together and what they do. Tables of these feed the handler, the footer and the help alike. */
export interface Binding<Action> {
  /** The keys as the help shows them: '←→ hl ↑↓ jk'. */
  readonly shown: string;
  /** What they do, as the help says it. */
  readonly help: string;
  /** Keys and deed as the footer says them, short: '←→ rate'; '' keeps them out of it. */
  readonly hint: string;
  /** By the name of the key (`terminal/keys.ts`). */
  readonly keys: Readonly<Record<string, Action>>;
}

/** What a key does by the first table that has it; null where none has. */
export function actionOf<Action>(key: string, ...tables: readonly (readonly Binding<Action>[])[]): Action | null {
  for (const { keys } of tables.flat()) if (Object.hasOwn(keys, key)) return keys[key]!;
  return null;
}

/** The bindings of a table of which another one, that comes first, leaves anything. */
export function without<Action>(table: readonly Binding<Action>[], first: readonly Binding<unknown>[]): Binding<Action>[] {
  return table.filter(({ keys }) => Object.keys(keys).some((key) => actionOf(key, first) === null));
}

/** The hints that there is room for, those of the first bindings before all. */
export function fittingHints(hints: readonly string[], width: number): string {
  let shown = '';
  for (const hint of hints) {
    const longer = shown === '' ? hint : `${shown}  ${hint}`;
    if (hint !== '' && longer.length <= width) shown = longer;
  }
  return shown;
}
