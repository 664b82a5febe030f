/** A process that does nothing but `workflow.ts`, with the slots and the shared modules that Loom's engine has. */
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createBareActivities } from './activities.ts';

const { LOOM_TEMPORAL_ADDRESS: address = '', DRIVER_URL: driverUrl = '' } = process.env;

const workflowsPath = fileURLToPath(new URL('workflow.ts', import.meta.url));
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue: 'bare',
  workflowsPath,
  bundlerOptions: { preloadModules: [workflowsPath] },
  activities: { ...createBareActivities(driverUrl) },
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentLocalActivityExecutions: 64,
  maxCachedWorkflows: 1_000,
  stickyQueueScheduleToStartTimeout: '2s',
});
process.stdout.write('ready\n');
await worker.run();
await connection.close();
process.exit(0);
