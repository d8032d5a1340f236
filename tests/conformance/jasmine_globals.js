import jasmineRequire from "jasmine-core/lib/jasmine-core/jasmine.js";

const jasmine = jasmineRequire.core(jasmineRequire);
const env = jasmine.getEnv();
// Specs call `describe`, `it` and `expect` as globals.
Object.assign(globalThis, jasmineRequire.interface(jasmine, env));

/**
 * Runs every spec that was declared, in the order in which they were.
 *
 * @param {(name: string) => void} onStart Is told the name of each before it starts.
 * @returns {Promise<{ name: string, status: string, message: string }[]>}
 */
export async function runSpecs(onStart = () => {}) {
  const results = [];
  env.configure({ random: false });
  env.addReporter({
    specStarted: ({ fullName }) => onStart(fullName),
    specDone: ({ fullName, status, failedExpectations }) => {
      const message = failedExpectations.map((failed) => failed.message).join("\n");
      results.push({ name: fullName, status, message });
    },
  });
  await env.execute();
  return results;
}
