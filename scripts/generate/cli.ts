import { COMMANDS } from '../../src/cli/main.ts';

const helps = await Promise.all(Object.entries(COMMANDS).map(async ([name, { summary, load }]) => ({ name, summary, help: (await load()).help })));

/** Writes the reference of the command line from what each command says of itself. */
export function generate(): { readonly path: string; readonly text: string }[] {
  const sections = helps.map(({ name, help }) => `## ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`);
  return [{ path: 'docs/cli.md', text: `${INTRODUCTION}\n${sections.join('\n')}` }];
}

const INTRODUCTION = `# The command line

\`npm start\` runs \`sluice start\`; in a checkout every other command is \`npm start -- COMMAND\`, and \`dist/cli.js\` (after \`npm run build\`) is all of it in
one file. Settings are environment variables ([README](../README.md#settings), [telemetry.md](telemetry.md)).

| command | |
|---|---|
${helps.map(({ name, summary }) => `| [\`sluice ${name}\`](#${name}) | ${summary} |`).join('\n')}

When something does not work, begin with \`sluice doctor\`:

\`\`\`text
ok    Node                    24.21.0
ok    settings                serves at 127.0.0.1:8787; metrics private
-     sluice.yaml             not found here
ok    who may call            this machine only
ok    data folder             /srv/sluice/data, 76512 MB free
ok    SQLite                  /srv/sluice/data/sluice.db
FAIL  Redis                   connect ECONNREFUSED 127.0.0.1:6379
                              > Check that the server is running and that REDIS_URL has the right host and password.
ok    port                    127.0.0.1:8787 is free
ok    openai                  accepts the key in OPENAI_API_KEY; 92 models
ok    clock                   within 1 s of that of openai
\`\`\`

\`sluice logs --follow\` shows calls as they end: when, status, model, provider, milliseconds (to the first content and to the end, for streams), tokens in and
out, cost, what was special about it, and the id, which \`sluice logs ID\` and the answer's header \`x-sluice-request-id\` share.

Exit codes mean the same everywhere: 0 success, 1 failure, 2 wrong usage. Output for programs is one JSON value (or one a
line) with \`--json\`; colours are only written to a terminal, and never where \`NO_COLOR\` is set.

This page is generated from the commands' own help.
`;
