// The type checker: strict settings over the module and what it imports, and the plain JavaScript of all of them.
//
// Standard input: {"target","files":{name:text},"interface":[name]}; standard output: {"problems":[line],"files":{name:text}}.

import ts from "typescript";
import { readFileSync } from "node:fs";

const request = JSON.parse(readFileSync(0, "utf8"));
const root = "/work/";
const main = root + (request.target === "ts" ? "module.ts" : "module.js");
const files = new Map(Object.entries(request.files).map(([name, text]) => [root + name, text]));

const options = {
  strict: true,
  // Plain JavaScript has no place for a parameter's type but comments, and no way to say what an empty list will hold.
  noImplicitAny: request.target === "ts",
  strictNullChecks: request.target === "ts",
  useUnknownInCatchVariables: request.target === "ts",
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  allowJs: true,
  checkJs: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
  skipLibCheck: true,
  outDir: "/out",
  rootDir: "/work",
  newLine: ts.NewLineKind.LineFeed,
};

const host = ts.createCompilerHost(options);
const library = host.getDefaultLibLocation();
const [read, exists] = [host.readFile, host.fileExists];
// Nothing but the given files and the compiler's own libraries is there.
const isLibrary = (path) => path.startsWith(library);
host.fileExists = (path) => files.has(path) || (isLibrary(path) && exists(path));
host.readFile = (path) => files.get(path) ?? (isLibrary(path) ? read(path) : undefined);
host.directoryExists = (path) => root.startsWith(path) || isLibrary(path);
host.getCurrentDirectory = () => "/work";
host.getSourceFile = (path, version) => {
  const text = host.readFile(path);
  return text === undefined ? undefined : ts.createSourceFile(path, text, version, true);
};
const out = {};
host.writeFile = (path, text) => {
  out[path.replace("/out/", "")] = text;
};

const program = ts.createProgram([...files.keys()], options, host);
const place = (file, at) => {
  const { line, character } = file.getLineAndCharacterOfPosition(at);
  return `${file.fileName.replace(root, "")}:${line + 1}:${character + 1}`;
};
const problems = ts.getPreEmitDiagnostics(program).map((found) => {
  const text = ts.flattenDiagnosticMessageText(found.messageText, "\n");
  const where = found.file ? `${place(found.file, found.start ?? 0)} - ` : "";
  return `${where}error TS${found.code}: ${text}`;
});

// A comment that silences the checker would make its silence worth nothing.
for (const path of files.keys()) {
  const file = program.getSourceFile(path);
  for (const { range } of file?.commentDirectives ?? []) problems.push(`${place(file, range.pos)} - error: the comment silences the type checker`);
  if (file?.checkJsDirective?.enabled === false) problems.push(`${place(file, file.checkJsDirective.pos)} - error: the comment silences the type checker`);
}

const checker = program.getTypeChecker();
const symbol = checker.getSymbolAtLocation(program.getSourceFile(main));
const exported = new Set(symbol ? checker.getExportsOfModule(symbol).map((own) => own.name) : []);
for (const name of request.interface) {
  if (!exported.has(name)) problems.push(`${main.replace(root, "")}:1:1 - error: \`@provides\` declares \`${name}\`, which is not exported`);
}

program.emit();
console.log(JSON.stringify({ problems, files: out }));
