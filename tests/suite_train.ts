import { importTests, SUITES } from "./import_tests.ts";

await importTests(SUITES.train);
