// The few functions of Node that the tests call; its own types would bring its globals along.

declare module "node:test" {
  export default function test(name: string, run: () => void | Promise<void>): void;
}

declare module "node:assert/strict" {
  type Problem = RegExp | ((error: unknown) => boolean);
  interface Assert {
    ok(value: unknown, message?: string): asserts value;
    equal<Value>(actual: Value, expected: Value, message?: string): void;
    deepEqual<Value>(actual: Value, expected: Value, message?: string): void;
    throws(run: () => unknown, problem?: Problem): void;
    rejects(run: Promise<unknown>, problem?: Problem): Promise<void>;
  }
  const assert: Assert;
  export default assert;
}

declare module "node:fs/promises" {
  export function readFile(path: URL, encoding: "utf8"): Promise<string>;
}
