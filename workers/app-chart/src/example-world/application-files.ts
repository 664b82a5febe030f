import type { ExampleApplication } from './example-applications.ts';
import { exampleSettings } from './example-organisation.ts';
import type { ExampleFile } from './example-types.ts';

function image({ name, team }: ExampleApplication): string {
  return `image:
  repository: registry.acme.example/${team}/${name}
  tag: "1.42.0" # set by the deploy workflow
`;
}

function webValues(app: ExampleApplication): string {
  return `# Common values of ${app.name}, for every environment.
${image(app)}
replicaCount: 2

# The port that the process listens on.
service:
  port: 8080

probes:
  path: /healthz

env:
  LOG_LEVEL: info
  FEATURE_NEW_FOOTER: "yes" # quoted: it has to stay a string

resources:
  requests: {cpu: 100m, memory: 256Mi}
  limits:
    memory: 512Mi
`;
}

function anchoredValues(app: ExampleApplication): string {
  return `# Common values of ${app.name}, for every environment.
x-sizes:
  small: &small
    requests: { cpu: 50m, memory: 128Mi }
    limits: { memory: 256Mi }

${image(app)}
replicaCount: 3
service:
  port: 8080
probes:
  path: /healthz
resources: *small
config:
  application.yaml: |
    server:
      shutdown: graceful # 30 s

    cache:
      ttl: 5m
`;
}

function workerValues(app: ExampleApplication): string {
  return `${image(app)}replicaCount: 1
env:
  QUEUE: ${app.name}
`;
}

function sharedValues(app: ExampleApplication): string {
  return `# Common values of ${app.name}.

# Read by the generic chart:
${image(app)}replicaCount: 2
service: {port: 9090}
serviceAccount:
  create: true

# Read by the alert generator, not by the chart.
alerts:
  channel: "#${app.team}-alerts"
  pages: true
`;
}

function commonValues(app: ExampleApplication): string {
  switch (app.values) {
    case 'web':
      return webValues(app);
    case 'anchors':
      return anchoredValues(app);
    case 'worker':
      return workerValues(app);
    case 'shared':
      return sharedValues(app);
  }
}

function environmentValues({ name, values }: ExampleApplication, environment: string): string {
  const host = environment === 'prod' ? `${name}.acme.example` : `${name}.${environment}.acme.example`;
  const ingress = values === 'web' ? `ingress:\n  host: ${host}\n` : '';
  const scaling = environment === 'prod' ? 'autoscaling:\n  minReplicas: 3\n  maxReplicas: 12\n' : '';
  return `# ${environment}\n${ingress}${scaling}env:\n  ENVIRONMENT: ${environment}\n`;
}

function baseResources({ name, team }: ExampleApplication): Readonly<Record<string, string>> {
  return {
    'deploy/base/namespace.yaml': `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels:
    team: ${team}   # for cost reports
`,
    'deploy/base/storage.yaml': `# Both are kept when the application is deleted.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${name}-uploads
  annotations:
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}-banner}
data:
  banner.txt: |
    Welcome to ${name}, {{ user }}!
`,
  };
}

const checkout = `      - uses: actions/checkout@v4`;

function deployWorkflow(app: ExampleApplication): string {
  const { genericChart } = exampleSettings;
  const environments = app.deployments.map(({ environment }) => environment);
  const last = environments.at(-1) ?? 'dev';
  const head = `name: deploy
on:
  push:
    branches: [main]

# One at a time; a later push waits.
concurrency:
  group: deploy

jobs:
  test:
    runs-on: ubuntu-latest
    steps:
${checkout}
      - run: make test

`;
  switch (app.workflow) {
    case 'action':
      return `${head}  render:
    needs: test
    runs-on: ubuntu-latest
    steps:
${checkout}
      - name: Render what would be deployed
        uses: acme/helm-render@v2
        with:
          chart: ${genericChart.name}
          repository: ${genericChart.repositoryUrl}
          version: "3.2.1" # the same as in acme/gitops
          values: |
            deploy/values-common.yaml
            deploy/values-${last}.yaml
      - run: ./scripts/smoke.sh
`;
    case 'commands':
      return `${head}  render:
    needs: test
    runs-on: ubuntu-latest
    steps:
${checkout}
      - run: helm repo add charts ${genericChart.repositoryUrl}
      - name: Render what would be deployed
        run: |
          set -euo pipefail
          helm template ${app.name} charts/${genericChart.name} \\
            --version 3.2.1 \\
            --values deploy/values-common.yaml \\
            --values deploy/values-${last}.yaml > rendered.yaml
          echo "rendered with ${genericChart.name}"
      - run: ./scripts/smoke.sh
`;
    case 'environment':
      return `${head}  render:
    needs: test
    runs-on: ubuntu-latest
    env:
      CHART: ${genericChart.name}
      CHART_REPOSITORY: ${genericChart.repositoryUrl}
      CHART_VERSION: 3.2.1
      HELM_VERSION: 3.16.4
    steps:
${checkout}
      - run: ./scripts/render.sh "$CHART" "$CHART_REPOSITORY" "$CHART_VERSION" deploy/values-${last}.yaml
`;
  }
}

/** The files of an application before it was deployed. */
export function sourceFiles({
  name,
  description,
}: ExampleApplication): Readonly<Record<string, ExampleFile>> {
  return {
    'README.md': `# ${name}\n\n${description}\n`,
    Makefile: `.PHONY: test\ntest:\n\t./scripts/test.sh\n`,
    'scripts/test.sh': { content: '#!/bin/sh\nset -e\nnode --test\n', mode: '100755' },
    'src/server.js': `import { createServer } from 'node:http';\n\ncreateServer((_request, response) => response.end('${name}\\n')).listen(8080);\n`,
  };
}

/** The files by which an application is deployed with the generic chart. */
export function deployFiles(app: ExampleApplication): Readonly<Record<string, ExampleFile>> {
  const environments = app.deployments.map(({ environment }) => environment);
  return {
    'deploy/values-common.yaml': commonValues(app),
    ...Object.fromEntries(
      environments.map((environment) => [
        `deploy/values-${environment}.yaml`,
        environmentValues(app, environment),
      ]),
    ),
    ...(app.hasBase ? baseResources(app) : {}),
    '.github/workflows/deploy.yaml': deployWorkflow(app),
    'scripts/smoke.sh': { content: '#!/bin/sh\nset -e\ncurl --fail "$1/healthz"\n', mode: '100755' },
    ...(app.workflow === 'environment'
      ? {
          'scripts/render.sh': {
            content: '#!/bin/sh\nset -e\nhelm template "$1" --repo "$2" --version "$3" -f "$4"\n',
            mode: '100755' as const,
          },
        }
      : {}),
  };
}
