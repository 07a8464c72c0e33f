/**
 * The short form of an image name, as people write it: `docker.io/library/nginx` and `nginx` are `nginx:latest`. Two names
 * mean the same image when their short forms are equal.
 */
export function familiarName(name: string): string {
  const short = name.replace(/^(docker\.io|localhost)\//, "").replace(/^library\//, "");
  return /:[^/]*$|@/.test(short) ? short : `${short}:latest`;
}
