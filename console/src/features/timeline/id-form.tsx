import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import styles from './id-form.module.css';

interface IdFormProps {
  readonly id: string;
  readonly onShow: (id: string) => void;
}

/** One field for any id. */
export function IdForm({ id, onShow }: IdFormProps) {
  const [typed, setTyped] = useState(id);
  const isNarrow = useMediaQuery('(max-width: 40rem)');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() !== '') onShow(typed.trim());
  };
  return (
    <form className={styles.form} role="search" onSubmit={submit}>
      <div className={styles.field}>
        <Icon name="search" />
        <input
          type="search"
          aria-label="Id of a run, delivery, trace, pull request or candidate"
          placeholder={
            isNarrow
              ? 'Any id or pull request'
              : 'Run, delivery or trace id, pull request, migration/candidate'
          }
          data-page-search=""
          aria-keyshortcuts="/"
          autoComplete="off"
          spellCheck={false}
          maxLength={2000}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <Button type="submit" look="primary">
        Show
      </Button>
    </form>
  );
}
