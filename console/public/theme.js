// Runs before the first paint, so that a chosen theme never flashes; a file of its own, since a strict content
// security policy refuses inline scripts.
try {
  const theme = localStorage.getItem('loom.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused: the system's theme is used.
}
