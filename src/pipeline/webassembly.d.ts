// What is used here of the WebAssembly JavaScript API: TypeScript has it with the DOM only.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, object>>);
    readonly exports: object;
  }
  type Memory = { readonly buffer: ArrayBuffer };
  type Global = { readonly value: number };
}
