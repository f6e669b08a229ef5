/** The look of the landing page, in the light or dark of the reader's system. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #f7f8f8; --paper: #fff; --ink: #17211f; --soft: #5a6764; --line: #dde3e1; --accent: #0b7a6b; --live: #1f9d55; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #101514; --paper: #171e1c; --ink: #e4ebe9; --soft: #96a5a1; --line: #2a3431; --accent: #5fd0bd; --live: #4ade80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 48rem; margin: 0 auto; padding: 3.5rem 1.25rem 4rem; }
h1 { display: flex; align-items: center; gap: 0.6rem; margin: 0 0 0.4rem; font-size: 2.1rem; letter-spacing: -0.02em; line-height: 1.15; }
h1 svg { width: 2.1rem; height: 2.1rem; }
h1 small { align-self: end; margin-bottom: 0.2rem; font-size: 1rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
h2 { margin: 0; font-size: 1.05rem; }
p { margin: 0.2rem 0 0; color: var(--soft); }
section { margin-top: 2.25rem; }
code, pre, li { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.84rem; }
.address { display: inline-flex; align-items: center; gap: 0.55rem; margin-top: 1rem; padding: 0.3rem 0.75rem; border: 1px solid var(--line); border-radius: 99px; background: var(--paper); color: var(--ink); }
.address i { width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--live); }
section a { color: var(--accent); }
.open { margin-top: 1rem; }
.open a { display: inline-block; margin-right: 0.6rem; padding: 0.4rem 0.9rem; border-radius: 7px; background: var(--accent); color: var(--paper); font-weight: 600; text-decoration: none; }
.open a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.call { position: relative; margin-top: 0.75rem; }
pre { margin: 0; padding: 0.9rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
pre:focus-visible, button:focus-visible, select:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button { position: absolute; top: 0.55rem; right: 0.55rem; padding: 0.2rem 0.6rem; font: inherit; font-size: 0.8rem; color: var(--accent); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
button:hover { border-color: var(--accent); }
select { font: inherit; font-size: 0.84rem; max-width: 100%; padding: 0.1rem 0.3rem; color: var(--accent); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
b { font-weight: 600; color: var(--accent); }
table { width: 100%; margin-top: 0.75rem; border-collapse: collapse; font-size: 0.92rem; }
td { padding: 0.45rem 0 0.45rem 1rem; border-top: 1px solid var(--line); vertical-align: baseline; color: var(--soft); }
td:first-child { width: 2.5rem; padding-left: 0; color: var(--accent); font-size: 0.72rem; }
td code { color: var(--ink); overflow-wrap: anywhere; }
ul { display: flex; flex-wrap: wrap; gap: 0.35rem; margin: 0.75rem 0 0; padding: 0; list-style: none; }
li { padding: 0.05rem 0.5rem; border: 1px solid var(--line); border-radius: 99px; color: var(--soft); font-size: 0.76rem; }
li.key { color: var(--accent); border-color: var(--accent); }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.88rem; }
@media (max-width: 36rem) {
  main { padding-top: 2rem; }
  tr { display: grid; grid-template-columns: 2.5rem 1fr; padding: 0.5rem 0; border-top: 1px solid var(--line); align-items: baseline; }
  td, td:first-child { width: auto; padding: 0; border: 0; }
  td:last-child { grid-column: 2; }
  pre { padding-bottom: 2.6rem; }
  .call button { top: auto; bottom: 0.55rem; }
}
`;

/** The mark: a gate, lifted, and the water under it. */
export const MARK = `<svg viewBox="0 0 32 32" fill="none" stroke="var(--accent)" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M6 27V5h20v22"/><path d="M11 5v11h10V5" fill="var(--accent)" fill-opacity=".22"/><path d="M2 23q3.5-3 7 0t7 0 7 0 7 0"/></svg>`;

/** Fills in the chosen provider, and copies a command; where the page has no clipboard (plain HTTP from another machine) it is selected instead. */
export const SCRIPT = `
const choice = document.querySelector('select');
const fill = () => { for (const name of document.querySelectorAll('pre b')) name.textContent = choice.value; };
choice.addEventListener('change', fill);
fill();
for (const button of document.querySelectorAll('button')) {
  button.addEventListener('click', async () => {
    const code = button.previousElementSibling;
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      document.execCommand('copy');
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}
`;
