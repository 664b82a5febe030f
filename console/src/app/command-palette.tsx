import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Autocomplete } from 'react-aria-components/Autocomplete';
import { Dialog } from 'react-aria-components/Dialog';
import { Header } from 'react-aria-components/Header';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { SearchField } from 'react-aria-components/SearchField';
import type { FoundCandidate } from '../shared/contract.ts';
import { allMigrationsQuery } from '../shared/migration-queries.ts';
import { offeredActions } from '../shared/palette-actions.ts';
import { CutText } from '../ui/cut-text.tsx';
import { Icon } from '../ui/icon.tsx';
import { candidateSearchQuery } from './candidate-search-query.ts';
import styles from './command-palette.module.css';
import { type PaletteEntry, type PaletteSection, paletteSections } from './palette-sections.ts';
import { applyTheme } from './theme.ts';
import { useSettled } from './use-settled.ts';

interface CommandPaletteProps {
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

/** The server is asked when the typing rests. */
const restMs = 150;

/** Pages, migrations, workers, candidates (of the migration on screen, if there is one), and what can be done here. */
export function CommandPalette({ onClose, onHelp }: CommandPaletteProps) {
  const [text, setText] = useState('');
  const { sections, isLooking } = useSections(text, onHelp);
  const choose = (entry: PaletteEntry) => {
    onClose();
    entry.run();
  };
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={onClose} className={styles.veil ?? ''} data-veil="">
      <Modal className={styles.modal ?? ''}>
        <Dialog aria-label="Search or jump to" className={styles.dialog ?? ''}>
          <Autocomplete inputValue={text} onInputChange={setText}>
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the palette is opened in order to type */}
            <SearchField aria-label="Search or jump to" autoFocus className={styles.field ?? ''}>
              <Icon name="search" />
              <Input
                placeholder="A page, a migration, a candidate, an id, an action…"
                className={styles.input ?? ''}
              />
            </SearchField>
            <div className={styles.results} tabIndex={0} role="group" aria-label="Found">
              <Menu
                aria-label="Found"
                items={sections}
                className={styles.menu ?? ''}
                renderEmptyState={() => (
                  <p className={styles.none}>{isLooking ? 'Looking…' : `Nothing fits “${text}”.`}</p>
                )}
              >
                {(section: PaletteSection) => (
                  <MenuSection id={section.name} items={section.entries}>
                    <Header className={styles.heading ?? ''}>{section.name}</Header>
                    {section.entries.map((entry) => (
                      <MenuItem
                        key={entry.id}
                        id={entry.id}
                        textValue={entry.label}
                        className={styles.item ?? ''}
                        onAction={() => choose(entry)}
                      >
                        <span className={styles.label}>
                          <CutText text={entry.label} />
                        </span>
                        {entry.hint === undefined ? null : <span className={styles.hint}>{entry.hint}</span>}
                      </MenuItem>
                    ))}
                  </MenuSection>
                )}
              </Menu>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const none: readonly FoundCandidate[] = [];

interface Found {
  readonly sections: readonly PaletteSection[];
  /** The server is still asked. */
  readonly isLooking: boolean;
}

function useSections(text: string, onHelp: () => void): Found {
  const router = useRouter();
  const { migrationId } = useParams({ strict: false });
  const { data: migrations = [] } = useQuery(allMigrationsQuery);
  const typed = text.trim();
  const wanted = useSettled(typed, restMs);
  const search = useQuery({
    ...candidateSearchQuery(migrationId, wanted),
    placeholderData: keepPreviousData,
  });
  const candidates = search.isEnabled ? (search.data ?? none) : none;
  const isLooking = search.isFetching || wanted !== typed;
  const sections = useMemo(
    () =>
      paletteSections({
        text,
        migrations,
        migrationId,
        candidates,
        actions: offeredActions(),
        settings: [
          { id: 'keys', label: 'Show the keys', run: onHelp },
          { id: 'light', label: 'Light theme', run: () => applyTheme('light') },
          { id: 'dark', label: 'Dark theme', run: () => applyTheme('dark') },
          { id: 'system', label: 'System theme', run: () => applyTheme('system') },
        ],
        go: (to) => void router.navigate(to),
      }),
    [text, migrations, migrationId, candidates, onHelp, router],
  );
  return { sections, isLooking };
}
