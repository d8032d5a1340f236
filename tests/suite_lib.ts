import { importTests } from "./import_tests.ts";

await importTests("tests/lib/", "tests/infer/", "tests/bench/", "tests/vendor/");
