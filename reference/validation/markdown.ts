/** A row of a Markdown table. */
export const tableRow = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** The head of a Markdown table, with the line below it. */
export const tableHead = (heads: readonly string[]): string => `${tableRow(heads)}\n${tableRow(heads.map(() => '---'))}`;
