// Before anything is painted: the theme that was chosen, else the system's.
const chosen = localStorage.getItem('sluice.theme');
const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
