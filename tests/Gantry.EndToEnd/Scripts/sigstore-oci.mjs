// @sigstore/oci: finds an image's digest and attaches an artifact to it. Prints one JSON object.
import dns from "node:dns";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, image, tag, username] = process.argv.slice(2);
const password = readFileSync(0, "utf8");
const require = createRequire(modules + "/");
const { attachArtifactToImage, getImageDigest } = require("@sigstore/oci");

// What an entry in the hosts file would do: the client takes localhost for plain HTTP, so the registry needs another name for HTTPS.
const { lookup } = dns;
dns.lookup = (name, ...rest) => lookup(name === "registry.test" ? "localhost" : name, ...rest);

const credentials = { username, password };
const imageDigest = await getImageDigest({ imageName: image, imageTag: tag, credentials });
const attached = await attachArtifactToImage({
  imageName: image,
  imageDigest,
  artifact: Buffer.from("a bundle"),
  mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
  annotations: { made: "here" },
  credentials,
});
console.log(JSON.stringify({ imageDigest, ...attached }));
