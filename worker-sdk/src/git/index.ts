export {
  createForgeClient,
  type ForgeClient,
  type ForgeClientOptions,
  type GitAuthor,
} from './forge-client.ts';
export type { ForgeThrottle } from './forge-throttle.ts';
export type { GitActivity } from './git-activity.ts';
export { openPullRequest, type ProposedPullRequest } from './open-pull-request.ts';
export type { EditResult } from './proposed-change.ts';
export { findPullRequest, type PullRequest } from './pull-request.ts';
export type { PullRequestMarker } from './pull-request-marker.ts';
export { type PullRequestStepSpec, pullRequestStep } from './pull-request-step.ts';
export { stepBranch } from './step-branch.ts';
export {
  type PullRequestEvent,
  type WebhookReceiverOptions,
  waitsFor,
  webhookReceiver,
} from './webhook-receiver.ts';
export {
  type OpenWorkspace,
  type OpenWorkspaceOptions,
  openWorkspace,
  type Workspace,
  withWorkspace,
} from './workspace.ts';
export type { WorkspaceFiles } from './workspace-files.ts';
export { type EditYamlOptions, editYaml, type YamlDocument } from './yaml/edit-yaml.ts';
export type { RemovalOptions } from './yaml/remove-yaml.ts';
export { YamlEditRefusedError } from './yaml/yaml-edit-refused-error.ts';
export { readYaml, type YamlPath } from './yaml/yaml-source.ts';
