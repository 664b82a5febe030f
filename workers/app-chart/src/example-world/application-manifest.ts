import type { ExampleApplication, ExampleDeployment } from './example-applications.ts';
import { exampleSettings, gitHost } from './example-organisation.ts';

const chartComment = '# renovate: datasource=helm depName=generic-app';

function syncPolicy({ prune, oddity }: ExampleDeployment): string {
  const options = '    syncOptions:\n      - CreateNamespace=true # the namespace is not ours in dev\n';
  if (prune === 'manual') return `  # synced by hand, see the runbook\n  syncPolicy:\n${options}`;
  if (oddity === 'flow') return `  syncPolicy:\n    automated: {prune: ${prune}, selfHeal: true}\n${options}`;
  const setting = prune === 'absent' ? '' : `      prune: ${prune}\n`;
  return `  syncPolicy:\n    automated:\n${setting}      selfHeal: true\n${options}`;
}

function application(app: ExampleApplication, deployment: ExampleDeployment, region: string): string {
  const { name, team, hasBase } = app;
  const { environment } = deployment;
  const { genericChart } = exampleSettings;
  const repository = `${gitHost}/acme/${name}.git`;
  const quote = deployment.oddity === 'quoted' ? '"' : '';
  const base = hasBase
    ? `    # namespace, volumes and the like
    - repoURL: ${repository}
      targetRevision: main
      path: deploy/base
`
    : '';
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}-${environment}${region}
  namespace: argocd
  labels:
    app: ${name}
    team: ${team}
    environment: ${environment}
spec:
  project: ${team}
  destination:
    server: https://kubernetes.default.svc
    namespace: ${name}
  sources:
    - repoURL: ${quote}${genericChart.repositoryUrl}${quote}
      chart: ${quote}${genericChart.name}${quote}
      targetRevision: ${quote}3.2.1${quote} ${chartComment}
      helm:
        releaseName: ${name}
        valueFiles:
          - $values/deploy/values-common.yaml
          - $values/deploy/values-${environment}.yaml
    - repoURL: ${repository}
      targetRevision: main
      ref: values
${base}${syncPolicy(deployment)}`;
}

function project({ team, name }: ExampleApplication): string {
  return `---
# Other applications of the team use it too.
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: ${team}
  namespace: argocd
spec:
  sourceRepos: ['*']   # narrowed by admission control
  destinations:
    - {namespace: ${name}, server: 'https://kubernetes.default.svc'}
`;
}

/** Four columns a level, as some editors write it. */
function widen(text: string): string {
  const wide = text.replace(/^ +/gm, (spaces) => spaces.repeat(2));
  return wide.replace(/^( *)- (?=\w+:)/gm, '$1-   ');
}

/** Lists at the column of their key, as kubectl writes them. */
function flush(text: string): string {
  const lines: string[] = [];
  const lists: number[] = [];
  for (const line of text.split('\n')) {
    const column = line.search(/\S/);
    while (lists.length > 0 && column >= 0 && column < (lists.at(-1) ?? 0)) lists.pop();
    if (/^ *- /.test(line) && column > 0 && lists.at(-1) !== column) lists.push(column);
    lines.push(column < 0 ? line : ' '.repeat(column - 2 * lists.length) + line.trimStart());
  }
  return lines.join('\n');
}

/** The file of an application in an environment folder of the GitOps repository. */
export function applicationManifest(app: ExampleApplication, deployment: ExampleDeployment): string {
  const head = `# ${app.name} in ${deployment.environment}. Owned by ${app.team}: ask there before you change it.\n`;
  const plain = head + application(app, deployment, '');
  const { oddity = 'plain' } = deployment;
  switch (oddity) {
    case 'crlf':
      return plain.replaceAll('\n', '\r\n');
    case 'wide':
      return widen(plain);
    case 'unended':
      return plain.trimEnd();
    case 'flush':
      return flush(plain);
    case 'project':
      return `${plain}${project(app)}`;
    case 'two-regions':
      return `${head}---\n${application(app, deployment, '-eu')}---\n${application(app, deployment, '-us')}`;
    case 'flow':
    case 'quoted':
    case 'plain':
      return plain;
  }
}
