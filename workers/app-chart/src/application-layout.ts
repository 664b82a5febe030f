/** Where the files of an application repository are. */
export const commonValuesPath = 'deploy/values-common.yaml';
export const deployFolder = 'deploy';
export const baseFolder = 'deploy/base';
export const chartFolder = 'chart';
export const workflowsFolder = '.github/workflows';
export const publishWorkflowPath = `${workflowsFolder}/publish-chart.yaml`;

/** Whether a file holds values of the chart: `deploy/values-*.yaml`. */
export function isValuesFile(path: string): boolean {
  return /^deploy\/values-[^/]+\.ya?ml$/.test(path);
}

export function isYamlFile(path: string): boolean {
  return /\.ya?ml$/.test(path);
}
