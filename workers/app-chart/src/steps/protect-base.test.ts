import { StepFailure } from '@loom/worker-sdk';
import { describe, expect, it } from 'vitest';
import { protectResources } from './protect-base.ts';

const protect = (text: string): string => protectResources(text, 'deploy/base/all.yaml');

describe('protecting base resources', () => {
  it('annotates every resource of a file and keeps everything else', () => {
    expect(
      protect(`# volumes
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
    name: uploads   # never rename
spec: {accessModes: [ReadWriteOnce]}
---
apiVersion: v1
kind: ConfigMap
metadata:
    name: banner
    annotations:
        team: shop # who asks
        argocd.argoproj.io/sync-options: 'Validate=false'
data:
    a: |
        {{ not a template }}
---
apiVersion: v1
kind: Secret
metadata: {name: token}
`),
    ).toBe(`# volumes
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
    name: uploads   # never rename
    annotations:
        argocd.argoproj.io/sync-options: Prune=false
spec: {accessModes: [ReadWriteOnce]}
---
apiVersion: v1
kind: ConfigMap
metadata:
    name: banner
    annotations:
        team: shop # who asks
        argocd.argoproj.io/sync-options: 'Validate=false,Prune=false'
data:
    a: |
        {{ not a template }}
---
apiVersion: v1
kind: Secret
metadata: {name: token, annotations: {argocd.argoproj.io/sync-options: Prune=false}}
`);
  });

  it.each([
    ['is protected already', 'Validate=false,Prune=false'],
    ['is protected already, with a space', 'Validate=false, Prune=false'],
  ])('leaves a resource that %s', (_case, options) => {
    const text = `apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    argocd.argoproj.io/sync-options: ${options}\n`;
    expect(protect(text)).toBe(text);
  });

  it('replaces another prune option', () => {
    const text =
      'apiVersion: v1\nkind: Secret\nmetadata:\n  annotations: {argocd.argoproj.io/sync-options: Prune=confirm}\n';
    expect(protect(text)).toBe(text.replace('Prune=confirm', 'Prune=false'));
  });

  it.each([
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: x}\nresources: []\n',
    ],
    ['values', 'replicas: 2\n'],
    ['an empty document', '---\n---\n'],
    ['nothing', ''],
  ])('leaves what is no resource: %s', (_case, text) => {
    expect(protect(text)).toBe(text);
  });

  it('fails with file and line when the file is malformed', () => {
    expect(() => protect('kind: A\nmetadata: {name: x\n')).toThrow(StepFailure);
    expect(() => protect('kind: A\nmetadata: {name: x\n')).toThrow(
      /^deploy\/base\/all\.yaml, line 3, column 1: /,
    );
  });
});
