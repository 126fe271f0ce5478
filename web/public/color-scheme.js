// Before the first paint, so that nobody who works in the dark is flashed with white. A file of its own, since the
// content security policy allows no inline script. The key is the one that Mantine writes.
{
  const chosen = localStorage.getItem('mantine-color-scheme-value')
  const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches
  const scheme = chosen === 'light' || chosen === 'dark' ? chosen : prefersDark ? 'dark' : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
}
