import { assertEquals } from "@std/assert";
import { describeClassifier } from "../../../lib/latent/describe_classifier.ts";

Deno.test("describeClassifier() says classes, pixels and the threshold of outliers", () => {
  const options = { shape: [28, 28, 1], classes: [1, 4], metadata: { seed: "0" } };
  assertEquals(describeClassifier({ ...options, input: "uint8", tellsOutliers: true }), {
    description: "Classifies images of 28x28x1, pixels 0 to 255 as uint8, as one of 1, 4",
    metadata: { seed: "0", classes: "1,4", outlier_threshold: "0.99" },
  });
  assertEquals(describeClassifier({ ...options, input: "float32", tellsOutliers: false }), {
    description: "Classifies images of 28x28x1, pixels in [0, 1] as float32, as one of 1, 4",
    metadata: { seed: "0", classes: "1,4" },
  });
});
