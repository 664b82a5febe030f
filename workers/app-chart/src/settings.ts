/** What the migration has to know of the place where it runs. */
export interface AppChartSettings {
  /** `owner/name` of the repository with a folder of ArgoCD Applications for each environment. */
  readonly gitopsRepository: string;
  /** Folders of the GitOps repository, in the order in which they are migrated. */
  readonly environments: readonly string[];
  /** The chart that the applications leave. */
  readonly genericChart: { readonly name: string; readonly repositoryUrl: string };
  /** Where the charts of the applications are published. */
  readonly chartRepositoryUrl: string;
  /** Milliseconds between two looks at a pull request; the git kit's default when left out. */
  readonly pollEveryMs?: number;
}
