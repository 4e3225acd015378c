// A vitest reporter that ends a run with one line: "N passed, M failed". For .ci/run it also writes it to a file.
import { writeFileSync } from 'node:fs';

export default class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const failedTests = states.filter((state) => state === 'failed').length;
    // A file that could not be loaded, a hook that failed outside of any test: each counts as one.
    const outside = modules
      .flatMap((module) => [module, ...module.children.allSuites()])
      .filter((suite) => suite.errors().length > 0).length;
    const passed = states.filter((state) => state === 'passed').length;
    const line = `${passed} passed, ${failedTests + outside + unhandledErrors.length} failed`;
    if (process.env.HIREWIRE_TALLY) writeFileSync(process.env.HIREWIRE_TALLY, `${line}\n`);
    process.stdout.write(`\n${line}\n`);
  }
}
