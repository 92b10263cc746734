import { Agent, request } from 'undici';
import type { Pod } from './world.ts';

const agent = new Agent(); // of our own: the shell may have set a proxy for the one that all share

/** Asks a pod for one of the paths that those who run it have. Rejects, naming the pod, if it does not answer in time, real ms. */
export async function askPod({ name, operationsUrl }: Pod, path: string, withinMs: number): Promise<{ status: number; text: string }> {
  try {
    const signal = AbortSignal.timeout(withinMs);
    const { statusCode, body } = await request(`${operationsUrl}${path}`, { dispatcher: agent, signal });
    return { status: statusCode, text: await body.text() };
  } catch (error) {
    const { name: kind, message } = error as Error;
    throw new Error(`${name} does not answer (${kind === 'TimeoutError' ? `for ${withinMs / 1000} s` : message})`);
  }
}
