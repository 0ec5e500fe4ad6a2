// Everything that @azure/container-registry can do, against one registry. Prints one JSON object.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Readable } from "node:stream";

const [modules, url, appId] = process.argv.slice(2);
const password = readFileSync(0, "utf8");
const require = createRequire(modules + "/");
const { ContainerRegistryClient, ContainerRegistryContentClient } = require("@azure/container-registry");

// The SDK signs in with Microsoft Entra tokens or as nobody; credentials of the registry's own go through its pipeline.
const signIn = {
  name: "signIn",
  sendRequest(request, next) {
    request.headers.set("Authorization", "Basic " + Buffer.from(`${appId}:${password}`).toString("base64"));
    return next(request);
  },
};
const options = { retryOptions: { maxRetries: 0 }, additionalPolicies: [{ policy: signIn, position: "perRetry" }] };
const registry = new ContainerRegistryClient(url, options);
const content = new ContainerRegistryContentClient(url, "sdk/artifact", undefined, options);
const story = {};

const collect = async (pages, pick) => {
  const items = [];
  for await (const item of pages) items.push(pick(item));
  return items;
};
const text = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};

// Five MiB are two of the SDK's chunks.
const layer = Buffer.alloc(5 * 1024 * 1024, "gantry");
const uploaded = await content.uploadBlob(Readable.from([layer]));
const config = await content.uploadBlob(Buffer.from("{}"));
story.uploaded = uploaded.sizeInBytes;
story.same = (await text((await content.downloadBlob(uploaded.digest)).content)).equals(layer);

const manifest = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: config.digest, size: config.sizeInBytes },
  layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: uploaded.digest, size: uploaded.sizeInBytes }],
};
const { digest } = await content.setManifest(manifest, { tag: "1" });
await content.setManifest(manifest, { tag: "2" });
story.digest = digest;
const fetched = await content.getManifest("1");
story.fetched = [fetched.digest, fetched.mediaType, fetched.manifest.layers.length];

const repository = registry.getRepository("sdk/artifact");
const artifact = repository.getArtifact("1");
story.repositories = await collect(registry.listRepositoryNames(), (name) => name);
const properties = await repository.getProperties();
story.properties = [properties.name, properties.manifestCount, properties.tagCount, properties.canWrite];
story.manifests = await collect(repository.listManifestProperties({ order: "LastUpdatedOnDescending" }), (item) => [item.digest, item.tags]);
story.tags = await collect(artifact.listTagProperties(), (tag) => tag.name);
story.pages = (await collect(artifact.listTagProperties().byPage({ maxPageSize: 1 }), (page) => page.length));
const shown = await artifact.getManifestProperties();
story.manifest = [shown.digest, shown.sizeInBytes, shown.canDelete];

story.locked = (await artifact.updateTagProperties("1", { canWrite: false })).canWrite;
story.refused = await content.setManifest({ ...manifest, annotations: { changed: "yes" } }, { tag: "1" }).then(() => 0, (error) => error.statusCode);
story.unlocked = (await artifact.updateTagProperties("1", { canWrite: true })).canWrite;
story.readable = (await artifact.updateManifestProperties({ canDelete: false })).canDelete;
story.kept = await artifact.delete().then(() => 0, (error) => error.statusCode);
await artifact.updateManifestProperties({ canDelete: true });

await artifact.deleteTag("2");
story.left = await collect(artifact.listTagProperties(), (tag) => tag.name);
await artifact.delete();
story.gone = await content.getManifest("1").then(() => 0, (error) => error.statusCode);
await content.deleteBlob(uploaded.digest);
story.blobGone = await content.downloadBlob(uploaded.digest).then(() => 0, (error) => error.statusCode);
await content.setManifest({ ...manifest, layers: [] }, { tag: "last" });
await registry.deleteRepository("sdk/artifact");
story.after = await collect(registry.listRepositoryNames(), (name) => name);

console.log(JSON.stringify(story));
