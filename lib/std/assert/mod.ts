export function assert() {}
export function assertEquals(_a: unknown, _b: unknown) {}
