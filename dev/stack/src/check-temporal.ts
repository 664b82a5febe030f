import { connect } from 'node:net';
import { Connection } from '@temporalio/client';

const service = 'temporal.api.workflowservice.v1.WorkflowService';
const serving = 1;

/** Whether a Temporal at `host:port` answers over gRPC, calls itself healthy and has the namespaces. */
export async function isTemporalReady(address: string, namespaces: readonly string[]): Promise<boolean> {
  // gRPC would spend its whole time limit on an address where nobody listens yet.
  if (!(await acceptsConnections(address))) return false;
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    return await connection.withDeadline(Date.now() + 2_000, async () => {
      const health = await connection.healthService.check({ service });
      if (health.status !== serving) return false;
      for (const namespace of namespaces) await connection.workflowService.describeNamespace({ namespace });
      return true;
    });
  } finally {
    await connection.close();
  }
}

function acceptsConnections(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 2_000 });
    const end = (accepts: boolean) => {
      socket.destroy();
      resolve(accepts);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
