import { editYaml } from '@loom/worker-sdk/git';
import { describe, expect, it } from 'vitest';
import { exampleSettings } from '../example-world/example-organisation.ts';
import { type SwappedApplication, swapChartIn } from './swap-chart.ts';

const target = { name: 'billing', version: '1.0.0', repository: 'acme/billing' };

function swap(text: string): { readonly text: string; readonly applications: readonly SwappedApplication[] } {
  let applications: readonly SwappedApplication[] = [];
  const after = editYaml(text, (documents) => {
    applications = swapChartIn(documents, target, exampleSettings);
  });
  return { text: after, applications };
}

const before = `# billing in dev
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: billing-dev}
spec:
  sources:
  # the chart
  - repoURL: "https://charts.acme.example/generic/"
    chart: generic-app
    targetRevision: '3.2.1'   # renovate
    helm:
      releaseName: billing
      valueFiles:
      - $values/deploy/values-common.yaml # everywhere
      - $values/deploy/values-dev.yaml    # here
  - {repoURL: 'git@git.acme.example:acme/billing.git', ref: values, targetRevision: main}
  # applied as they are
  - repoURL: https://git.acme.example/acme/billing.git
    path: ./deploy/base/
  # somebody else's
  - repoURL: https://git.acme.example/acme/other.git
    path: deploy/base
  syncPolicy: {automated: {prune: false}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: redis}
spec:
  source: {repoURL: https://charts.example.com, chart: generic-app, targetRevision: 3.2.1}
`;

describe('swapping the chart of an Application', () => {
  it('points to the own chart, drops common values and base, and touches nothing else', () => {
    expect(swap(before).text).toBe(`# billing in dev
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: billing-dev}
spec:
  sources:
  # the chart
  - repoURL: "https://charts.acme.example/apps"
    chart: billing
    targetRevision: '1.0.0'   # renovate
    helm:
      releaseName: billing
      valueFiles:
      - $values/deploy/values-dev.yaml    # here
  - {repoURL: 'git@git.acme.example:acme/billing.git', ref: values, targetRevision: main}
  # somebody else's
  - repoURL: https://git.acme.example/acme/other.git
    path: deploy/base
  syncPolicy: {automated: {prune: false}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: redis}
spec:
  source: {repoURL: https://charts.example.com, chart: generic-app, targetRevision: 3.2.1}
`);
  });

  it('says which Applications deploy from a chart of their own afterwards', () => {
    expect(swap(before).applications).toEqual([
      { application: 'billing-dev', usesOwnChart: true },
      { application: 'redis', usesOwnChart: false },
    ]);
  });

  it('changes nothing the second time', () => {
    const once = swap(before);
    expect(swap(once.text)).toEqual(once);
  });

  it('swaps a single source with its values inline', () => {
    const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: small}
spec:
  source:
    repoURL: https://charts.acme.example/generic
    chart: generic-app
    targetRevision: 3.2
    helm:
      values: |
        image: {tag: "1"}
`;
    expect(swap(text).text).toBe(
      text
        .replace('acme.example/generic', 'acme.example/apps')
        .replace('chart: generic-app', 'chart: billing')
        .replace('targetRevision: 3.2', 'targetRevision: 1.0.0'),
    );
  });

  it('takes the list of values files away with its only entry', () => {
    const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: small}
spec:
  sources:
    - repoURL: https://charts.acme.example/generic
      chart: generic-app
      targetRevision: 3.2.1
      helm: {valueFiles: [$values/deploy/values-common.yaml]}
`;
    expect(swap(text).text).toContain('      targetRevision: 1.0.0\n');
    expect(swap(text).text).not.toContain('helm');
  });
});
