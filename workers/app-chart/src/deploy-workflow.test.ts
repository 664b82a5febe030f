import { describe, expect, it } from 'vitest';
import { updateWorkflow } from './deploy-workflow.ts';
import { exampleSettings } from './example-world/example-organisation.ts';

const update = (text: string): string =>
  updateWorkflow(
    text,
    '.github/workflows/deploy.yaml',
    { name: 'billing', version: '1.0.0' },
    exampleSettings,
  );

describe('updating a deploy workflow', () => {
  it('points the inputs of an action to the own chart and drops the common values (trap 14)', () => {
    const text = `on: [push] # any
jobs:
  deploy:
    steps:
      - uses: actions/checkout@v4   # pinned elsewhere
        with: {fetch-depth: 1}
      - uses: acme/helm-deploy@v2
        with:
          chart: 'generic-app' # the generic one
          repository: https://charts.acme.example/generic
          version: "3.2.1"
          helm-version: 3.16.4
          values: |
            deploy/values-common.yaml
            deploy/values-dev.yaml
          value-files: [deploy/values-common.yaml, deploy/values-dev.yaml]
`;
    expect(update(text)).toBe(`on: [push] # any
jobs:
  deploy:
    steps:
      - uses: actions/checkout@v4   # pinned elsewhere
        with: {fetch-depth: 1}
      - uses: acme/helm-deploy@v2
        with:
          chart: 'billing' # the generic one
          repository: https://charts.acme.example/apps
          version: "1.0.0"
          helm-version: 3.16.4
          values: |
            deploy/values-dev.yaml
          value-files: [deploy/values-dev.yaml]
`);
  });

  it('edits helm commands in scripts, over several lines, and leaves other commands alone', () => {
    const text = `jobs:
  deploy:
    steps:
      - run: helm repo add apps https://charts.acme.example/generic --force-update
      - run: |  # long
          set -e
          cat deploy/values-common.yaml
          helm upgrade billing apps/generic-app --version 3.2.1 -f deploy/values-common.yaml -f deploy/values-dev.yaml
          helm template x oci://registry/generic-app \\
              --version=3.2.1 \\
              --values=./deploy/values-common.yaml \\
              --set a=b
          echo generic-app

          helm list
`;
    expect(update(text)).toBe(`jobs:
  deploy:
    steps:
      - run: helm repo add apps https://charts.acme.example/apps --force-update
      - run: |  # long
          set -e
          cat deploy/values-common.yaml
          helm upgrade billing apps/billing --version 1.0.0 -f deploy/values-dev.yaml
          helm template x oci://registry/billing \\
              --version=1.0.0 \\
              --set a=b
          echo generic-app

          helm list
`);
  });

  it('points the environment of a job to the own chart', () => {
    const text = `jobs:
  deploy:
    env:
      CHART: generic-app
      CHART_REPOSITORY: "https://charts.acme.example/generic"
      CHART_VERSION: 3.2.1
      VERSION_FILE: version.txt
`;
    expect(update(text)).toBe(`jobs:
  deploy:
    env:
      CHART: billing
      CHART_REPOSITORY: "https://charts.acme.example/apps"
      CHART_VERSION: 1.0.0
      VERSION_FILE: version.txt
`);
  });

  it.each([
    ['does not name the generic chart', 'on: push\njobs: {}\n'],
    [
      'names a chart that is called alike',
      'jobs:\n  a:\n    with:\n      chart: generic-app-legacy\n      version: 1.2.3\n',
    ],
    ['is not even YAML, and concerns nobody', '{{ nothing }}: [\n'],
    [
      'only filters by the path of the values',
      'on:\n  push:\n    paths: [deploy/values-common.yaml]\n# generic-app\n',
    ],
  ])('leaves a workflow byte for byte that %s', (_case, text) => {
    expect(update(text)).toBe(text);
  });

  it('changes nothing the second time', () => {
    const text = 'jobs:\n  a:\n    steps:\n      - run: helm template x r/generic-app --version 3.2.1\n';
    expect(update(update(text))).toBe(update(text));
    expect(update(text)).toContain('helm template x r/billing --version 1.0.0');
  });
});
