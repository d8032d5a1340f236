import { backend_util, type DataType } from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { constant, op, type Source } from "../recording/operation.ts";
import {
  type Inputs,
  type Recorded,
  recorded,
  type Rule,
  type RuleTable,
} from "../recording/recorded.ts";
import { as, cast, like, numeric, numericDtype, scalar } from "./dtype.ts";
import { reshape } from "./shape.ts";

function broadcastShape({ a, b }: Inputs): number[] {
  return backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
}

/** a, b -> an expression in both, broadcast; booleans are counted as 0 and 1. */
function arithmetic(build: (a: Source, b: Source, dtype: DataType) => Source): Rule {
  return (inputs) => {
    const { a, b } = inputs;
    const result = build(numeric(a), numeric(b), numericDtype(a));
    return like(a, result, broadcastShape(inputs));
  };
}

/** a, b -> a condition on both, broadcast. */
function comparison(build: (a: Source, b: Source) => Source): Rule {
  return (inputs) =>
    recorded(build(numeric(inputs.a), numeric(inputs.b)), broadcastShape(inputs), "bool");
}

/** a, b -> ONNX `opType`(a, b). */
function direct(opType: string): (a: Source, b: Source) => Source {
  return (a, b) => op[opType](a, b);
}

function logical(opType: "And" | "Or"): Rule {
  return (inputs) => {
    const [a, b] = [as(inputs.a, "bool"), as(inputs.b, "bool")];
    return recorded(op[opType](a.source, b.source), broadcastShape(inputs), "bool");
  };
}

/** The 32 bits of x along a new last axis, as uint32 0 or 1. */
function bits(x: Recorded): Source {
  const unsigned = op.Cast(x.source, { to: onnxDataType("uint32") });
  const column = reshape(recorded(unsigned, x.shape, x.dtype), [...x.shape, 1]).source;
  return op.Mod(op.BitShift(column, bitNumbers(), { direction: "RIGHT" }), unsignedScalar(2));
}

function bitNumbers(): Source {
  const numbers = constant("int32", [32], Array.from({ length: 32 }, (_, bit) => bit));
  return op.Cast(numbers, { to: onnxDataType("uint32") });
}

function unsignedScalar(value: number): Source {
  return op.Cast(scalar(value, "int32"), { to: onnxDataType("uint32") });
}

/** Kernels that work on pairs of elements, and on more. */
export const arithmetics: RuleTable = {
  Add: arithmetic(direct("Add")),
  Sub: arithmetic(direct("Sub")),
  Multiply: arithmetic(direct("Mul")),
  RealDiv: arithmetic(direct("Div")),
  Maximum: arithmetic(direct("Max")),
  Minimum: arithmetic(direct("Min")),
  Pow: arithmetic(direct("Pow")),
  // floor(a / b), as int32 whatever a and b are, 0 where b is; in float64, which holds every int32
  FloorDiv: (inputs) => {
    const [a, b] = [inputs.a, inputs.b].map(({ source }) =>
      op.Cast(source, { to: onnxDataType("float64") })
    );
    const isZero = op.Not(op.Cast(b, { to: onnxDataType("bool") }));
    const whole = op.Where(isZero, scalar(0, "int32"), cast(op.Floor(op.Div(a, b)), "int32"));
    return recorded(whole, broadcastShape(inputs), "int32");
  },
  // The remainder of a / b that has b's sign. ONNX gives that for integers; of floats its remainder
  // r has a's sign, and r + b is meant where the signs differ.
  Mod: arithmetic((a, b, dtype) => {
    if (dtype !== "float32") return op.Mod(a, b);
    const remainder = op.Mod(a, b, { fmod: 1 });
    const differ = op.Xor(op.Less(a, 0), op.Less(b, 0));
    return op.Where(differ, op.Mod(op.Add(remainder, b), b, { fmod: 1 }), remainder);
  }),
  // (a - b)^2
  SquaredDifference: arithmetic((a, b) => {
    const difference = op.Sub(a, b);
    return op.Mul(difference, difference);
  }),
  // The angle of the point (x, y): atan(y / x) where x > 0, half a turn on where x < 0, 0 at the
  // origin. Two infinities lie on a diagonal, as two ones do.
  Atan2: arithmetic((y, x) => {
    const isDiagonal = op.And(op.IsInf(y), op.IsInf(x));
    const [a, b] = [y, x].map((each) => op.Where(isDiagonal, op.Sign(each), each));
    const angle = op.Atan(op.Div(a, b));
    const halfTurn = op.Where(op.Less(a, 0), -Math.PI, Math.PI);
    const isOrigin = op.And(op.Equal(a, 0), op.Equal(b, 0));
    return op.Where(op.Less(b, 0), op.Add(angle, halfTurn), op.Where(isOrigin, 0, angle));
  }),
  // sum over bits i of 2^i a_i b_i; ONNX's BitwiseAnd needs opset 18
  BitwiseAnd: (inputs) => {
    const both = op.Mul(bits(inputs.a), bits(inputs.b));
    const weighted = op.BitShift(both, bitNumbers(), { direction: "LEFT" });
    const sum = op.ReduceSum(cast(weighted, "int32"), [-1], { keepdims: 0 });
    return recorded(sum, broadcastShape(inputs), "int32");
  },

  Equal: comparison(direct("Equal")),
  Greater: comparison(direct("Greater")),
  GreaterEqual: comparison(direct("GreaterOrEqual")),
  Less: comparison(direct("Less")),
  LessEqual: comparison(direct("LessOrEqual")),
  NotEqual: comparison((a, b) => op.Not(op.Equal(a, b))),
  LogicalAnd: logical("And"),
  LogicalOr: logical("Or"),

  // sum of all inputs, which have one shape
  AddN: (inputs) => {
    const [first, ...rest] = Object.values(inputs);
    const sum = rest.reduce((total, { source }) => op.Add(total, source), first.source);
    return recorded(sum, first.shape, first.dtype);
  },
  // t where condition, e elsewhere; all three have one shape
  Select: ({ condition, t, e }) =>
    like(t, op.Where(as(condition, "bool").source, numeric(t), numeric(e))),
};
