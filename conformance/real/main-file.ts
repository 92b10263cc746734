import { fileURLToPath } from 'node:url';

/** The main script that plays a program, loaded as the program wants it. */
export const mainFile = ({ module }: { readonly module: boolean }): string =>
  fileURLToPath(new URL(module ? './main-module.js' : './main-commonjs.cjs', import.meta.url));
