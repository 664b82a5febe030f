/** What the workflow that publishes a chart needs to know. */
export interface PublishedChart {
  readonly branch: string;
  readonly chartRepositoryUrl: string;
}

/** A GitHub Actions workflow that checks the chart and publishes it whenever it changes. */
export function publishWorkflow({ branch, chartRepositoryUrl }: PublishedChart): string {
  return `name: publish-chart

on:
  push:
    branches: [${JSON.stringify(branch)}]
    paths:
      - chart/**

permissions:
  contents: read

concurrency:
  group: publish-chart
  cancel-in-progress: false

jobs:
  publish:
    runs-on: ubuntu-latest
    env:
      CHART_REPOSITORY: ${JSON.stringify(chartRepositoryUrl)}
    steps:
      - uses: actions/checkout@v4
      - uses: azure/setup-helm@v4
      - name: Check
        run: helm lint chart
      - name: Package
        run: helm package chart --destination dist
      - name: Publish
        env:
          CHART_TOKEN: \${{ secrets.CHART_TOKEN }}
        run: |
          for package in dist/*.tgz; do
            curl --fail --silent --show-error \\
              --header "Authorization: Bearer $CHART_TOKEN" \\
              --data-binary "@$package" "$CHART_REPOSITORY/api/charts"
          done
`;
}
