/** The filters that tell some items from others, and the one that is on, in the order given; with how many fit each. */
export function offerFilters<Filter extends string, Item>(
  filters: readonly Filter[],
  fits: Readonly<Record<Filter, (item: Item) => boolean>>,
  items: readonly Item[],
  chosen: Filter | undefined,
): readonly { readonly filter: Filter; readonly count: number }[] {
  return filters
    .map((filter) => ({ filter, count: items.filter(fits[filter]).length }))
    .filter(({ filter, count }) => filter === chosen || (count > 0 && count < items.length));
}
