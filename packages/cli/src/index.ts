/** The library under the name of the command, so that `import … from "layerscope"` works too. */
export * from "@layerscope/core";
