import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button.tsx';
import styles from './drawer.module.css';
import { Icon } from './icon.tsx';

interface DrawerProps {
  readonly title: string;
  /** One line under the title, such as a state and since when. */
  readonly below?: ReactNode;
  /** What can be done; stays in sight while the content scrolls. */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** One row of a list, whole, beside the list. Rendered while it is open; escape or a click beside it closes it. */
export function Drawer({ title, below, actions, onClose, children }: DrawerProps) {
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className={styles.veil ?? ''}
      data-veil=""
    >
      <Modal className={styles.modal ?? ''}>
        <AriaDialog className={styles.drawer ?? ''}>
          <header className={styles.header}>
            <div className={styles.heading}>
              <Heading slot="title" level={2} className={styles.title ?? ''}>
                {title}
              </Heading>
              {below === undefined ? null : <div className={styles.below}>{below}</div>}
            </div>
            <Button look="quiet" size="small" aria-label="Close" onPress={onClose}>
              <Icon name="close" />
            </Button>
          </header>
          <div className={styles.body}>{children}</div>
          {actions === undefined ? null : <footer className={styles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
