import { useState } from 'react';
import { notify } from '../../shared/notices.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { TextArea } from '../../ui/field.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Toast } from '../../ui/toast.tsx';
import styles from './overlay-specimens.module.css';
import { Row, Specimen } from './specimen.tsx';

const loadedAt = new Date().toISOString();

/** What stands over a page. */
export function OverlaySpecimens() {
  const [open, setOpen] = useState<'dialog' | 'alert' | 'drawer'>();
  const close = () => setOpen(undefined);
  return (
    <>
      <Specimen name="Dialog" use="One decision. What cannot be taken back names its object and asks once.">
        <Row>
          <Button onPress={() => setOpen('dialog')}>Open a dialog</Button>
          <Button look="danger" onPress={() => setOpen('alert')}>
            Ask before something final
          </Button>
        </Row>
      </Specimen>
      <Specimen name="Drawer" use="One row of a list, whole, with the list still in sight.">
        <Row>
          <Button onPress={() => setOpen('drawer')}>Open a drawer</Button>
        </Row>
      </Specimen>
      <Specimen name="Toast" use="What just succeeded. It goes by itself, not while somebody reads it.">
        <div className={styles.toasts}>
          <Toast text="Approved check of saturn." tone="done" onDismiss={() => undefined} />
          <Toast text="The browser refused to copy." tone="bad" onDismiss={() => undefined} />
          <Toast text="Looking for candidates." onDismiss={() => undefined} />
        </div>
        <Row>
          <Button onPress={() => notify('Approved check of saturn.')}>Show one</Button>
        </Row>
      </Specimen>
      <ExampleDialog isOpen={open === 'dialog'} onClose={close} />
      <ExampleAlert isOpen={open === 'alert'} onClose={close} />
      {open === 'drawer' ? <ExampleDrawer onClose={close} /> : null}
    </>
  );
}

interface OpenProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function ExampleDialog({ isOpen, onClose }: OpenProps) {
  const [comment, setComment] = useState('');
  return (
    <Dialog title="Approve check of saturn" isOpen={isOpen} onClose={onClose}>
      <TextArea label="Comment" isOptional value={comment} onChange={setComment} />
      <DialogActions>
        <Button onPress={onClose}>Not now</Button>
        <Button look="primary" onPress={onClose}>
          Approve
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function ExampleAlert({ isOpen, onClose }: OpenProps) {
  return (
    <Dialog title="Cancel the run of saturn?" role="alertdialog" isOpen={isOpen} onClose={onClose}>
      <p>Two steps are undone, then the run ends.</p>
      <DialogActions>
        <Button onPress={onClose}>Keep the run</Button>
        <Button look="danger" onPress={onClose}>
          Cancel the run of saturn
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function ExampleDrawer({ onClose }: { readonly onClose: () => void }) {
  return (
    <Drawer
      title="Callback of push"
      below={
        <>
          <StateBadge word="Refused" tone="bad" shape="cross" />
          <RelativeTime at={loadedAt} />
        </>
      }
      actions={
        <>
          <Button look="danger">Drop…</Button>
          <Button look="primary">Replay</Button>
        </>
      }
      onClose={onClose}
    >
      <JsonView value={{ candidateId: 'saturn', attempt: 2, outcome: 'succeeded' }} />
    </Drawer>
  );
}
