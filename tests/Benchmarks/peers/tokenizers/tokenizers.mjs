// The peer of the tokenizer benchmarks: @huggingface/tokenizers (pure JavaScript), asked line by line on standard input.
//   load FOLDER      a folder with tokenizer.json and lines.json (a list of texts); answers [number of lines]
//   ids FILE         writes the ids of every line as JSON; answers [number of lines]
//   time N           encodes all lines N times; answers the seconds of each time
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// The package lies in the folder that the benchmark installed it into, not beside this script.
const require = createRequire(process.env.PEER_PACKAGES + '/package.json');
const { Tokenizer } = require('@huggingface/tokenizers');
const { version } = JSON.parse(readFileSync(process.env.PEER_PACKAGES + '/node_modules/@huggingface/tokenizers/package.json', 'utf8'));

const now = process.env.PEER_CLOCK === 'processor'
  ? () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; }
  : () => performance.now() / 1e3;

let tokenizer, lines;
const answers = {
  load(folder) {
    tokenizer = new Tokenizer(JSON.parse(readFileSync(folder + '/tokenizer.json', 'utf8')), {});
    lines = JSON.parse(readFileSync(folder + '/lines.json', 'utf8'));
    return [lines.length];
  },
  ids(file) {
    writeFileSync(file, JSON.stringify(lines.map(line => tokenizer.encode(line).ids)));
    return [lines.length];
  },
  time(times) {
    return Array.from({ length: Number(times) }, () => {
      const start = now();
      for (const line of lines) tokenizer.encode(line);
      return now() - start;
    });
  },
};

console.log(JSON.stringify({ peer: `@huggingface/tokenizers ${version}` }));
for await (const request of createInterface({ input: process.stdin })) {
  const at = request.indexOf(' ');
  console.log(JSON.stringify(answers[request.slice(0, at)](request.slice(at + 1))));
}
