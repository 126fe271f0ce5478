import { createTheme, type CSSVariablesResolver } from '@mantine/core'

/** Neutral greys, one accent; other colours carry meaning only. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: 6,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  black: '#1d1e21',
  colors: {
    accent: [
      '#eef0fe',
      '#dfe3fd',
      '#bfc7f9',
      '#9ea9f4',
      '#8390f0',
      '#6877e8',
      '#4f5fdf',
      '#434fc4',
      '#3a44a3',
      '#2f3784',
    ],
    gray: [
      '#f8f8f9',
      '#f1f1f3',
      '#e8e8eb',
      '#dcdce0',
      '#c8c9ce',
      '#9c9ea6',
      '#666870',
      '#4c4e55',
      '#33353a',
      '#1d1e21',
    ],
    red: ['#fff0f0', '#ffdfe0', '#fbbfc2', '#f59a9f', '#ef7880', '#e5535d', '#d6303c', '#bf2530', '#a51f29', '#861921'],
    dark: [
      '#e3e4e8',
      '#b9bbc2',
      '#9fa1aa',
      '#757780',
      '#3a3b41',
      '#303136',
      '#242529',
      '#1a1b1e',
      '#141517',
      '#0e0f10',
    ],
  },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.35' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    // Their options are drawn when they are opened, and not with the page.
    Combobox: { defaultProps: { keepMounted: false } },
    // A table would cut it off before it gives it room.
    Badge: { defaultProps: { tt: 'none', fw: 500, miw: 'max-content' } },
    Tooltip: { defaultProps: { openDelay: 300 } },
    Modal: { defaultProps: { centered: true, size: 'lg' } },
    Card: { defaultProps: { withBorder: true, padding: 'lg' } },
    Notification: { defaultProps: { withBorder: true } },
    Paper: { defaultProps: { withBorder: true } },
  },
})

const tint = (colour: string): Record<string, string> => ({
  [`--mantine-color-${colour}-light`]: `color-mix(in srgb, var(--mantine-color-${colour}-7) 20%, var(--mantine-color-body))`,
  [`--mantine-color-${colour}-light-color`]: `var(--mantine-color-${colour}-2)`,
})

/** Where Mantine's defaults have too little contrast for small text (WCAG 1.4.3), or shout in the dark. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-error': 'var(--mantine-color-red-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-6)',
    '--mantine-color-default-border': 'var(--mantine-color-gray-3)',
    '--mantine-color-red-light': 'var(--mantine-color-red-0)',
    '--mantine-color-yellow-light': '#fff6db',
    '--mantine-color-yellow-light-color': '#8a4b00',
    '--mantine-color-green-light-color': '#1d6b31',
  },
  dark: {
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-anchor': 'var(--mantine-color-accent-3)',
    '--mantine-color-disabled': 'var(--mantine-color-dark-5)',
    ...tint('accent'),
    ...tint('red'),
    ...tint('yellow'),
    ...tint('green'),
  },
})
