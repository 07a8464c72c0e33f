/** Reads what fixtures/images says about its images, in the model's terms. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { ModelMember, ModelType } from "./model-types.ts";

type Row = {
  path: string;
  path_b64?: string;
  type: string;
  mode: string;
  uid: number;
  gid: number;
  size?: number;
  mtime: number;
  sha256?: string;
  link?: string;
  link_b64?: string;
};

export type Delta = {
  layer: number;
  change: "added" | "modified" | "removed";
  path: Buffer;
  fields: string[];
};

export type FinalPath = {
  path: Buffer;
  type: ModelType;
  mode: number;
  uid: number;
  gid: number;
  size: number | undefined;
  mtime: number;
  sha256: string | undefined;
  link: Buffer | undefined;
};

/** `image` is the directory that holds `truth/`, below fixtures/images. */
function truthFile(image: string, name: string): string {
  return fileURLToPath(new URL(`../../fixtures/images/${image}/truth/${name}`, import.meta.url));
}

function rows<T>(path: string): T[] {
  const text = gunzipSync(readFileSync(path)).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

const bytes = (text: string, base64: string | undefined): Buffer =>
  base64 === undefined ? Buffer.from(text, "utf8") : Buffer.from(base64, "base64");

const typeOf = (type: string): ModelType =>
  type === "dir" ? "directory" : type === "hardlink" ? "link" : (type as ModelType);

export function truthLayers(image: string): ModelMember[][] {
  const directory = truthFile(image, "layers");
  return readdirSync(directory)
    .sort()
    .map((name) =>
      rows<Row>(`${directory}/${name}`).map((row) => {
        const member: ModelMember = {
          path: bytes(row.path, row.path_b64),
          type: typeOf(row.type),
          mode: Number.parseInt(row.mode, 8),
          uid: row.uid,
          gid: row.gid,
          size: row.size ?? 0,
          mtime: row.mtime,
        };
        if (row.sha256 !== undefined) member.content = row.sha256;
        if (row.link !== undefined) member.linkTarget = bytes(row.link, row.link_b64);
        return member;
      }),
    );
}

export function truthFinalTree(image: string): FinalPath[] {
  return rows<Row>(truthFile(image, "final-tree.jsonl.gz")).map((row) => ({
    path: bytes(row.path, row.path_b64),
    type: typeOf(row.type),
    mode: Number.parseInt(row.mode, 8),
    uid: row.uid,
    gid: row.gid,
    size: row.size,
    mtime: row.mtime,
    sha256: row.sha256,
    link: row.link === undefined ? undefined : bytes(row.link, row.link_b64),
  }));
}

export function truthDeltas(image: string): Delta[] {
  type DeltaRow = Row & { layer: number; change: Delta["change"]; fields?: string[] };
  return rows<DeltaRow>(truthFile(image, "tree-deltas.jsonl.gz")).map((row) => ({
    layer: row.layer,
    change: row.change,
    path: bytes(row.path, row.path_b64),
    fields: row.fields ?? [],
  }));
}

export type TruthSummary = {
  layer_regular_bytes_total: number;
  visible_regular_bytes: number;
  hidden_regular_bytes: number;
};

export function truthSummary(image: string): TruthSummary {
  return JSON.parse(readFileSync(truthFile(image, "summary.json"), "utf8")) as TruthSummary;
}
