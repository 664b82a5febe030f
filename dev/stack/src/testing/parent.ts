import { startProcess } from '../start-process.ts';

/*
 * A main program with a child and a grandchild that would run for ten minutes. Prints both pids, then ends as its
 * argument says.
 */
let grandchild = 0;
const child = await startProcess({
  name: 'child',
  command: 'sh',
  args: ['-c', 'sleep 600 & echo "grandchild $!"; wait'],
  readyLine: /^grandchild \d+$/,
  onLine: (line) => {
    grandchild = Number(line.split(' ')[1]);
  },
});
process.stdout.write(`pids ${child.pid} ${grandchild}\n`);

const ending = process.argv[2];
if (ending === 'exit') process.exit(0);
if (ending === 'throw') throw new Error('on purpose');
