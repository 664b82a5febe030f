import { editYaml, readYaml, YamlEditRefusedError } from '@loom/worker-sdk/git';

/** The top-level values that the generic chart reads; others in a values file are somebody else's. */
const chartKeys: ReadonlySet<string> = new Set([
  'autoscaling',
  'config',
  'env',
  'image',
  'ingress',
  'nodeSelector',
  'podAnnotations',
  'probes',
  'replicaCount',
  'resources',
  'service',
  'serviceAccount',
  'tolerations',
]);

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** Holds anchors for other keys and is read by nobody itself. */
function isExtension(key: string): boolean {
  return key.startsWith('x-');
}

type Choice = (key: string, all: readonly string[]) => boolean;

/** Removes top-level keys with the comments above them; a key that an alias elsewhere needs stays. */
function withoutKeys(text: string, file: string, isUnwanted: Choice): string {
  return editYaml(
    text,
    ([document]) => {
      const keys = keysOf(document?.value);
      // From the end, since aliases stand behind their anchors.
      for (const key of keys.filter((name) => isUnwanted(name, keys)).toReversed()) {
        try {
          document?.delete([key], { withComment: true });
        } catch (error) {
          if (!(error instanceof YamlEditRefusedError)) throw error;
        }
      }
    },
    { file },
  );
}

/** What of a values file goes into the chart, with its comments. */
export function pickChartValues(text: string, file: string): string {
  return withoutKeys(text, file, (key) => !chartKeys.has(key));
}

/** A values file without what the chart carries now. */
export function dropChartValues(text: string, file: string): string {
  return withoutKeys(
    text,
    file,
    (key, all) =>
      chartKeys.has(key) ||
      (isExtension(key) && all.every((name) => isExtension(name) || chartKeys.has(name))),
  );
}

/** Which values of the chart a values file sets. */
export function chartValuesIn(text: string, file: string): readonly string[] {
  return keysOf(readYaml(text, file)[0]).filter((key) => chartKeys.has(key));
}

/** Whether a values file says nothing any more. */
export function isEmptyValues(text: string, file: string): boolean {
  return readYaml(text, file).every((value) => value === null || keysOf(value).length === 0);
}
