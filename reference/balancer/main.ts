import { runChild } from '../harness/child.ts';
import { optionsSchema, startBalancer } from './balancer.ts';

runChild(optionsSchema, startBalancer);
