import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isTemporalReady } from './check-temporal.ts';
import { startOnPorts } from './free-port.ts';
import { startProcess } from './start-process.ts';

export interface StartTemporalOptions {
  /** From `findTemporal`. */
  readonly binary: string;
  /** SQLite file that keeps the runs. Without it they are in memory, which is several times as fast. */
  readonly dataFile?: string;
  /** Of gRPC. 0, the default, takes a free one. */
  readonly port?: number;
  /** Of the web page, 0 for a free one; `false`, the default, for no page. */
  readonly uiPort?: number | false;
  /** Made at the start, beside `default`. */
  readonly namespaces?: readonly string[];
  /** Added to Loom's own. */
  readonly dynamicConfig?: TemporalDynamicConfig;
  readonly logFile?: string;
}

export type TemporalDynamicConfig = Readonly<Record<string, string | number | boolean>>;

export interface RunningTemporal {
  /** `host:port` of gRPC. */
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly pid: number;
  stop(): Promise<void>;
  /** SIGKILL by default; `SIGSTOP` and `SIGCONT` make it hang and go on. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Same ports; the runs are still there only with a `dataFile`. */
  restart(): Promise<void>;
}

/** Arguments of `temporal` for a development server as Loom wants it, but for address, ports and data. */
export function temporalArguments(
  namespaces: readonly string[] = [],
  dynamicConfig: TemporalDynamicConfig = {},
): readonly string[] {
  // Saves a hop through a task queue, some 40 ms each on a development server.
  const config = { 'system.enableActivityEagerExecution': true, ...dynamicConfig };
  return [
    'server',
    'start-dev',
    '--search-attribute',
    'LoomMigration=Keyword',
    '--search-attribute',
    'LoomCandidate=Keyword',
    ...namespaces.flatMap((namespace) => ['--namespace', namespace]),
    ...Object.entries(config).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
  ];
}

/** Starts a Temporal development server on 127.0.0.1 and waits until it is healthy and has its namespaces. */
export async function startTemporal(options: StartTemporalOptions): Promise<RunningTemporal> {
  const { binary, dataFile, port = 0, uiPort = false, namespaces = [] } = options;
  if (dataFile !== undefined) await mkdir(dirname(dataFile), { recursive: true });
  const wished = uiPort === false ? [port] : [port, uiPort];
  const { child, address, uiUrl } = await startOnPorts(wished, async ([chosen = 0, chosenUi]) => {
    const address = `127.0.0.1:${chosen}`;
    const child = await startProcess({
      name: 'Temporal',
      command: binary,
      args: [
        ...temporalArguments(namespaces, options.dynamicConfig),
        '--ip',
        '127.0.0.1',
        '--port',
        `${chosen}`,
        ...(chosenUi === undefined ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', `${chosenUi}`]),
        ...(dataFile === undefined ? [] : ['--db-filename', dataFile]),
      ],
      ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
      isReady: () => isTemporalReady(address, ['default', ...namespaces]),
    });
    return {
      child,
      address,
      uiUrl: chosenUi === undefined ? undefined : `http://127.0.0.1:${chosenUi}`,
    };
  });
  return {
    address,
    uiUrl,
    get pid() {
      return child.pid;
    },
    stop: () => child.stop(),
    kill: (signal) => child.kill(signal),
    restart: () => child.restart(),
  };
}
