/** An option as it is typed at the prompt: `--rates 100,200`, or a setting, `--set path=value` or `path=value` alone. */
export interface TypedOption {
  /** Without dashes. */
  readonly name: string;
  /** Null as long as the name is typed. */
  readonly value: string | null;
  /** Where in the text the option begins, and where its value. */
  readonly from: number;
  readonly valueFrom: number;
}

// A value goes on to the next option, blanks and all; what a shell would have in quotes may be in quotes.
const OPTION = /\s*(--?([^\s=]*))(?:(?:\s+|=)((?:'[^']*'|"(?:[^"\\]|\\.)*"|(?!(?<=\s)--).)*))?/sy;

/** The options of a text, in their order. */
export function typedOptions(text: string): TypedOption[] {
  if (!/^\s*-/.test(text)) return [{ name: 'set', value: text, from: 0, valueFrom: 0 }];
  const options: TypedOption[] = [];
  OPTION.lastIndex = 0;
  for (let match = OPTION.exec(text); match !== null && match[0] !== ''; match = OPTION.exec(text)) {
    const [whole, , name, value] = match;
    const end = match.index + whole.length;
    const from = match.index + whole.search(/\S/);
    options.push({ name: name!, value: value === undefined ? null : unquoted(value), from, valueFrom: end - (value?.length ?? 0) });
  }
  return options;
}

/** A value without the quotes that a shell takes away. */
function unquoted(value: string): string {
  const [, path = '', single, double] = /^([^='"]*=)?(?:'((?:[^']|'\\'')*)'|"((?:[^"\\]|\\.)*)")\s*$/s.exec(value) ?? [];
  if (single !== undefined) return path + single.replaceAll("'\\''", "'");
  return double === undefined ? value.trimEnd() : path + double.replaceAll(/\\(["\\$`])/g, '$1');
}
