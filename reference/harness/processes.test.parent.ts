import { createProcesses } from './processes.ts';

// A parent that starts a child, tells its own parent, and waits to be killed.
const child = await createProcesses().start({
  name: 'child',
  module: new URL('./processes.test.child', import.meta.url),
  options: { does: 'runs' },
});
process.send!(child.pid);
