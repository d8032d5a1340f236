import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";

const backendName = CONFORMANCE_BACKEND;

// In a module of its own, so that it runs before any spec is declared: each reads the list then.
setTestEnvs([{ name: backendName, backendName, isDataSync: false }]);
