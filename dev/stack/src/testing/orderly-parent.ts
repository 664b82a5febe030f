import { startProcess } from '../start-process.ts';
import { stopOnSignal } from '../stop-on-signal.ts';

/* A main program that stops its child on a signal, or, with the argument `stuck`, never gets that done. */
const child = await startProcess({
  name: 'child',
  command: 'sh',
  args: ['-c', `trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done`],
  readyLine: /up/,
});
stopOnSignal(async () => {
  process.stdout.write('stopping\n');
  if (process.argv[2] === 'stuck') await new Promise(() => {});
  await child.stop();
  process.stdout.write(`child ended with code ${(await child.waitForExit()).code}\n`);
});
process.stdout.write(`child ${child.pid}\n`);
