/** Gives a forge that runs elsewhere the example's repositories, those that it does not have yet. */
import { exampleWorld } from '@loom/app-chart/example-world';
import { seedRepository } from '@loom/forge';
import { Octokit } from '@octokit/rest';

const { FORGE_URL: url, FORGE_TOKEN: token } = process.env;
if (!url || !token) throw new Error('FORGE_URL and FORGE_TOKEN say where the forge is and let in.');

const octokit = new Octokit({ baseUrl: `${url}/api/v3`, auth: token });
const { data: known } = await octokit.repos.listForAuthenticatedUser({ per_page: 100 });
const names = new Set(known.map(({ full_name }) => full_name));
for (const { name, description, commits } of exampleWorld.repositories) {
  if (!names.has(name)) await seedRepository({ url, token }, name, { description, commits: [...commits] });
}
process.stdout.write(`The forge has the example's ${exampleWorld.repositories.length} repositories.\n`);
