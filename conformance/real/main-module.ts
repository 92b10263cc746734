import { prepare } from './process.ts';

prepare()();
