import { runChild } from '../harness/child.ts';
import { optionsSchema, startLoad } from './load.ts';

runChild(optionsSchema, startLoad);
