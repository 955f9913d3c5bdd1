import { Command } from '@commander-js/extra-typings';

/** A command with the options that every command has. */
export function command(name: string, description: string) {
  return new Command(name)
    .description(description)
    .option('--org <name>', 'org to talk to: sandbox, or the one named in the environment')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'print nothing but errors')
    .option('--no-color', 'print without colours');
}
