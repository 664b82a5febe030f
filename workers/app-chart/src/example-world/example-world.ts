import { deployFiles, sourceFiles } from './application-files.ts';
import { applicationManifest } from './application-manifest.ts';
import { type ExampleApplication, exampleApplications } from './example-applications.ts';
import { exampleSettings, people } from './example-organisation.ts';
import type { ExampleCommit, ExampleFile, ExampleRepository, ExampleTrouble } from './example-types.ts';

export { exampleSettings } from './example-organisation.ts';
export type { ExampleCommit, ExampleFile, ExampleRepository, ExampleTrouble } from './example-types.ts';

/** Everything that a demonstration of the migration needs, as plain data. */
export interface ExampleWorld {
  /** The GitOps repository first, then one repository for each application. */
  readonly repositories: readonly ExampleRepository[];
  /** Ids of the candidates that discovery finds. */
  readonly candidates: readonly string[];
  readonly trouble: {
    /**
     * Provoke: push the commit while the pull request of the step is open; the pull request has conflicts then.
     * Mend: close the pull request, which fails the step, and retry the step. It is opened again, made anew on `main`.
     */
    readonly conflict: ExampleTrouble;
    /**
     * It is in the world from the start: the step fails as soon as it runs, and names file and line.
     * Mend: push the commit and retry the step.
     */
    readonly malformed: ExampleTrouble;
  };
}

const start = Date.UTC(2025, 8, 1, 9);
const day = 86_400_000;

function on(dayNumber: number): string {
  return new Date(start + dayNumber * day + (dayNumber % 7) * 3_600_000).toISOString();
}

function find(name: string): ExampleApplication {
  const app = exampleApplications.find((entry) => entry.name === name);
  if (app === undefined) throw new Error(`The example world has no application ${name}`);
  return app;
}

const commonValues = 'deploy/values-common.yaml';
const coupons = find('coupons');
const checkout = find('checkout');

function textOf(files: Readonly<Record<string, ExampleFile>>, path: string): string {
  const file = files[path];
  if (typeof file !== 'string') throw new Error(`The example world has no text ${path}`);
  return file;
}

const couponValues = textOf(deployFiles(coupons), commonValues);

/** Somebody added a value by hand, with one space too little and a colon too much. */
const malformedValues = couponValues.replace(
  '  LOG_LEVEL: info\n',
  '  LOG_LEVEL: info\n PROMO: summer: 2026\n',
);
const mendedValues = couponValues.replace(
  '  LOG_LEVEL: info\n',
  '  LOG_LEVEL: info\n  PROMO: "summer: 2026"\n',
);

function applicationRepository(app: ExampleApplication, index: number): ExampleRepository {
  const author = people[app.maintainer];
  const deploy = deployFiles(app);
  const values = textOf(deploy, commonValues);
  const commits: ExampleCommit[] = [
    { message: `Start ${app.name}`, author, date: on(index), files: sourceFiles(app) },
    {
      message: 'Deploy with the generic chart',
      author: people.farid,
      date: on(index + 20),
      files: { ...deploy, [commonValues]: values.replace('1.42.0', '1.0.0') },
    },
    {
      message: 'Release 1.42.0',
      author,
      date: on(index + 90),
      files: { [commonValues]: values },
    },
    {
      message: 'Say who answers questions',
      author,
      date: on(index + 95),
      files: { 'README.md': `# ${app.name}\n\n${app.description}\n\nQuestions: #${app.team}\n` },
    },
  ];
  if (app === coupons) {
    const message = 'Name the promotion of the season';
    commits.push({ message, author, date: on(index + 110), files: { [commonValues]: malformedValues } });
  }
  return { name: `acme/${app.name}`, description: app.description, commits };
}

function manifests(app: ExampleApplication): Readonly<Record<string, string>> {
  return Object.fromEntries(
    app.deployments.map((deployment) => [
      `${deployment.environment}/${app.name}.yaml`,
      applicationManifest(app, deployment),
    ]),
  );
}

const gitopsExtras: Readonly<Record<string, string>> = {
  'README.md':
    '# GitOps\n\nOne folder for each environment, one file for each application. ArgoCD applies `main`.\n',
  '.github/CODEOWNERS': '* @acme/platform\n/prod/ @acme/platform @acme/on-call\n',
  'prod/grafana.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: grafana, namespace: argocd, labels: {team: platform}}
spec:
  project: platform
  source: {repoURL: 'https://grafana.github.io/helm-charts', chart: grafana, targetRevision: 8.5.1}
  destination: {server: 'https://kubernetes.default.svc', namespace: grafana}
  syncPolicy: {automated: {prune: true}}
`,
  'dev/projects.yaml': `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: sandbox, namespace: argocd}
spec: {sourceRepos: ['*']}
`,
};

function gitopsRepository(): ExampleRepository {
  return {
    name: exampleSettings.gitopsRepository,
    description: 'What runs where.',
    commits: [
      { message: 'Start', author: people.farid, date: on(0), files: gitopsExtras },
      ...exampleApplications.map((app, index) => ({
        message: `Deploy ${app.name} to ${app.deployments.map(({ environment }) => environment).join(', ')}`,
        author: people[app.maintainer],
        date: on(index + 21),
        files: manifests(app),
      })),
    ],
  };
}

const checkoutInDev = applicationManifest(checkout, { environment: 'dev', prune: true });

export const exampleWorld: ExampleWorld = {
  repositories: [gitopsRepository(), ...exampleApplications.map(applicationRepository)],
  candidates: exampleApplications.map(({ name }) => name),
  trouble: {
    conflict: {
      candidate: 'checkout',
      step: 'dev-disable-prune',
      repository: exampleSettings.gitopsRepository,
      commit: {
        message: 'Let people try things on checkout in dev',
        author: people.amara,
        date: on(140),
        files: {
          'dev/checkout.yaml': checkoutInDev.replace('selfHeal: true', 'selfHeal: false # for the offsite'),
        },
      },
    },
    malformed: {
      candidate: 'coupons',
      step: 'generate-chart',
      repository: 'acme/coupons',
      commit: {
        message: 'Mend the common values',
        author: people.bruno,
        date: on(141),
        files: { [commonValues]: mendedValues },
      },
    },
  },
};
