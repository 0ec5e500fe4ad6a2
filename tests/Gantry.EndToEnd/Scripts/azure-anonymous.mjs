// What @azure/container-registry can do as nobody. Prints one JSON object.
import { createRequire } from "node:module";

const [modules, url, digest] = process.argv.slice(2);
const require = createRequire(modules + "/");
const { ContainerRegistryClient, ContainerRegistryContentClient } = require("@azure/container-registry");

const requests = [];
const watch = {
  name: "watch",
  sendRequest(request, next) {
    requests.push(`${request.method} ${new URL(request.url).pathname} ${typeof request.body === "string" ? request.body : ""}`.trim());
    return next(request);
  },
};
const options = { retryOptions: { maxRetries: 0 }, additionalPolicies: [{ policy: watch, position: "perRetry" }] };
const registry = new ContainerRegistryClient(url, options);
const repository = registry.getRepository("samples/artifact");
const content = new ContainerRegistryContentClient(url, "samples/artifact", undefined, options);
const collect = async (pages, pick) => {
  const items = [];
  for await (const item of pages) items.push(pick(item));
  return items;
};
const refusal = (promise) => promise.then(() => "done", (error) => error.statusCode ?? error.message);

const story = {};
story.tags = await refusal(collect(repository.getArtifact(digest).listTagProperties(), (tag) => tag.name).then((names) => (story.names = names)));
story.manifests = await refusal(collect(repository.listManifestProperties(), (item) => item.digest).then((digests) => (story.digests = digests)));
story.properties = await refusal(repository.getProperties());
const fetched = await content.getManifest("1.0");
story.digest = fetched.digest;
story.layer = await content.downloadBlob(fetched.manifest.layers[0].digest).then(async ({ content: stream }) => {
  let body = "";
  for await (const part of stream) body += part;
  return body;
});
story.catalog = await refusal(collect(registry.listRepositoryNames(), (name) => name));
story.upload = await refusal(content.uploadBlob(Buffer.from("mine")));
story.delete = await refusal(content.deleteManifest(fetched.digest));
story.update = await refusal(repository.updateProperties({ canWrite: false }));
story.requests = requests;
console.log(JSON.stringify(story));
