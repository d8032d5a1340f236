import { assertEquals, assertThrows } from "@std/assert";
import { parse, stringify } from "@std/csv";

Deno.test("stringify() writes names and quotes what needs it", () => {
  const rows = [{ label: 4, name: 'a,"b"' }, { label: 8n, name: null }, {
    label: true,
    name: "x\ny",
  }];
  assertEquals(
    stringify(rows, { columns: ["label", "name"] }),
    'label,name\r\n4,"a,""b"""\r\n8,\r\ntrue,"x\ny"\r\n',
  );
});

Deno.test("stringify() writes array rows by index and without headers", () => {
  assertEquals(stringify([[1, 2], [3, 4]]), "1,2\r\n3,4\r\n");
  assertEquals(
    stringify([[1, 2], [3, 4]], { headers: false, columns: [1] }),
    "2\r\n4\r\n",
  );
});

Deno.test("stringify() throws if object rows have no columns", () => {
  assertThrows(() => stringify([{ a: 1 }]), TypeError, "'columns' must name");
});

Deno.test("parse() gives arrays, or objects under names", () => {
  const text = 'a,b\r\n1,"x, ""y"""\r\n';
  assertEquals(parse(text), [["a", "b"], ["1", 'x, "y"']]);
  assertEquals(parse(text, { skipFirstRow: true }), [{ a: "1", b: 'x, "y"' }]);
  assertEquals(parse(text, { skipFirstRow: true, columns: ["c", "d"] }), [{
    c: "1",
    d: 'x, "y"',
  }]);
});

Deno.test("parse() throws if the text is no CSV", () => {
  assertThrows(() => parse('a,"b'), SyntaxError, "Cannot parse CSV");
  assertThrows(() => parse("a,b\n1"), SyntaxError, "Cannot parse CSV");
  assertThrows(
    () => parse("1,2", { columns: ["a"] }),
    SyntaxError,
    "a row has 2 values",
  );
});

Deno.test("parse() reads what stringify() wrote", () => {
  const rows = [["", " a", '"'], ["\r\n", ",", "ü"]];
  assertEquals(parse(stringify(rows)), rows);
});
