import { runChild } from '../harness/child.ts';
import { optionsSchema, startIsps } from './isps.ts';

runChild(optionsSchema, startIsps);
