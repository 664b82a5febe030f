import { runWorker } from '@loom/worker-sdk';
import { helloWorld } from './hello-world.ts';

await runWorker({ workerApp: 'hello-world', version: '0.1.0', migrations: [helloWorld] });
