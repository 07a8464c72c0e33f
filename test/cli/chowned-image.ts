/** An image whose last layer stores all files of a package again, as `RUN chown -R` does. */
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { file, tar } from "../../fixtures/build/tar.ts";

const layer = (uid: number): Buffer =>
  tar([
    file("app/node_modules/left-pad/package.json", '{"name":"left-pad","version":"1.3.0"}', { uid }),
    file("app/node_modules/left-pad/index.js", Buffer.alloc(2000, "x"), { uid }),
  ]);

export const chownedImage = (): Buffer =>
  dockerSaveNew({
    layers: [layer(0), layer(1000)],
    history: ["COPY . /app", "RUN chown -R 1000 /app"].map((created_by) => ({ created_by })),
  });
