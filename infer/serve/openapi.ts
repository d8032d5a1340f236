import { VERSION } from "../../lib/version.ts";
import { READERS } from "./read_images.ts";

const answer = (description: string, schema: object) => ({
  description,
  content: { "application/json": { schema } },
});
const ERROR = { type: "object", properties: { error: { type: "string" } }, required: ["error"] };
const failure = (description: string) => answer(description, ERROR);

const PREDICTION = {
  type: "object",
  properties: {
    label: { type: "integer" },
    name: { type: "string", description: "The name of the label" },
    probabilities: {
      type: "object",
      description: "Of each class, by its name",
      additionalProperties: { type: "number" },
    },
    outlier: {
      type: "boolean",
      description: "Unlike the training images; with --outliers only",
    },
  },
  required: ["label", "name", "probabilities"],
};

const JSON_BODY = {
  type: "object",
  properties: {
    images: {
      type: "array",
      description: "[images, height, width] or [images, height, width, channels]",
      items: {},
    },
    white: {
      type: "number",
      description: "The number that is white; by default that of the training images, such as 255",
    },
  },
  required: ["images"],
};

/** What the server answers, as OpenAPI 3.1 describes it. */
export const OPENAPI = {
  openapi: "3.1.0",
  info: { title: "Glimpse", version: VERSION, description: "Classifies images by a trained run" },
  paths: {
    "/classify": {
      post: {
        summary: "Classifies the images of the body; any size, they are resized",
        requestBody: {
          required: true,
          content: Object.fromEntries(
            Object.keys(READERS).map((type) => [
              type,
              type === "application/json" ? { schema: JSON_BODY } : {},
            ]),
          ),
        },
        responses: {
          200: answer("A prediction for each image, in their order", {
            type: "object",
            properties: { predictions: { type: "array", items: PREDICTION } },
            required: ["predictions"],
          }),
          400: failure("The images cannot be read"),
          413: failure("The body is larger than --max-bytes"),
          415: failure("The content type is none of those above"),
          503: failure("Too many images wait; ask again after the seconds of Retry-After"),
        },
      },
    },
    "/health": {
      get: {
        summary: "Whether it takes requests",
        responses: {
          200: answer("It does", { type: "object" }),
          503: answer("It is stopping", { type: "object" }),
        },
      },
    },
    "/metrics": {
      get: {
        summary: "Counts and times for Prometheus",
        responses: { 200: { description: "In its text format", content: { "text/plain": {} } } },
      },
    },
    "/openapi.json": {
      get: { summary: "This", responses: { 200: answer("OpenAPI", { type: "object" }) } },
    },
  },
} as const;
