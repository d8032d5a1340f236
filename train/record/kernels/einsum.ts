import { backend_util } from "@tensorflow/tfjs-core";
import { recordOperation } from "../recording/operation.ts";
import { recorded, type RuleTable } from "../recording/recorded.ts";

/** Sums of products by an equation. */
export const einsums: RuleTable = {
  // The sums over the letters that the equation's right side leaves out.
  Einsum: (inputs, { equation }) => {
    const tensors = Object.values(inputs);
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(
      equation,
      tensors.length,
    );
    backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never);
    const sizeOf = (dim: number) => {
      const id = idDims.findIndex((dims) => dims.includes(dim));
      return tensors[id].shape[idDims[id].indexOf(dim)];
    };
    const shape = allDims.slice(0, allDims.length - summedDims.length).map((_, dim) => sizeOf(dim));
    const [source] = recordOperation("Einsum", tensors.map(({ source }) => source), { equation });
    return recorded(source, shape, tensors[0].dtype);
  },
};
