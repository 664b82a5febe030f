import { Suspense } from 'react';
import { useTitle } from '../../shared/use-title.ts';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { ChartSpecimens } from './chart-specimens.tsx';
import styles from './components-page.module.css';
import { ControlSpecimens } from './control-specimens.tsx';
import { FieldSpecimens } from './field-specimens.tsx';
import { OverlaySpecimens } from './overlay-specimens.tsx';
import { StateSpecimens } from './state-specimens.tsx';
import { TokenSpecimens } from './token-specimens.tsx';
import { ViewSpecimens } from './view-specimens.tsx';
import { WhenNear } from './when-near.tsx';

const ContentSpecimens = lazy(() =>
  import('./content-specimens.tsx').then((module) => ({ default: module.ContentSpecimens })),
);

/** Every part of the console in every state, to look at and to build from. */
export function ComponentsPage() {
  useTitle('Components');
  return (
    <Page
      title="Components"
      below={
        <p className={styles.lead}>
          What the console is made of, in every state. Colour says a state and nothing else; a state also has
          a word and a shape.
        </p>
      }
    >
      <div>
        <TokenSpecimens />
        <ControlSpecimens />
        <FieldSpecimens />
        <StateSpecimens />
        <ViewSpecimens />
        <ChartSpecimens />
        <OverlaySpecimens />
        <WhenNear>
          <Suspense fallback={<Loading what="the last components" />}>
            <ContentSpecimens />
          </Suspense>
        </WhenNear>
      </div>
    </Page>
  );
}
