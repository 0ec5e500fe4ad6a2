namespace Gantry.Cli.Tests.Commands;

/// <summary>Output of oras 1.3.3 on the same files, recorded line by line; the creation time is fixed, so the digests are the recorded ones too.</summary>
public sealed class TranscriptTests
{
    private const string Created = "org.opencontainers.image.created=2026-01-01T00:00:00Z";

    [Fact]
    public async Task Push_of_a_file_to_a_new_layout()
    {
        using var line = new CommandLine();
        Assert.Equal(
            """
            Preparing artifact.txt
            Uploading 44136fa355b3 application/vnd.oci.empty.v1+json
            Uploaded  44136fa355b3 application/vnd.oci.empty.v1+json
            Uploading 33998979890f artifact.txt
            Uploaded  33998979890f artifact.txt
            Uploading 56d7bbae6737 application/vnd.oci.image.manifest.v1+json
            Uploaded  56d7bbae6737 application/vnd.oci.image.manifest.v1+json
            Pushed [oci-layout] l:v1
            ArtifactType: application/vnd.unknown.artifact.v1
            Digest: sha256:56d7bbae6737c5ae1339270df5ac8aafb070698f6ff29a135b89c9d0bd479d08

            """,
            InOrder(await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt:application/vnd.x", "--concurrency", "1")));
    }

    [Fact]
    public async Task Push_of_what_is_there_under_two_tags()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt:application/vnd.x");
        Assert.Equal(
            """
            Preparing artifact.txt
            Exists    56d7bbae6737 application/vnd.oci.image.manifest.v1+json
            Pushed [oci-layout] l:v1
            Tagged v2
            ArtifactType: application/vnd.unknown.artifact.v1
            Digest: sha256:56d7bbae6737c5ae1339270df5ac8aafb070698f6ff29a135b89c9d0bd479d08

            """,
            await line.DoneAsync("push", "--oci-layout", "l:v1,v2", "artifact.txt:application/vnd.x", "-a", Created));
        Assert.Equal("v1\nv2\n", await line.DoneAsync("repo", "tags", "--oci-layout", "l"));
    }

    [Fact]
    public async Task Push_of_nothing()
    {
        using var line = new CommandLine();
        Assert.Equal(
            """
            Uploading empty artifact
            Uploading 44136fa355b3 application/vnd.oci.empty.v1+json
            Uploaded  44136fa355b3 application/vnd.oci.empty.v1+json
            Uploading 180c28249748 application/vnd.oci.image.manifest.v1+json
            Uploaded  180c28249748 application/vnd.oci.image.manifest.v1+json
            Pushed [oci-layout] l:v3
            ArtifactType: application/vnd.unknown.artifact.v1
            Digest: sha256:180c28249748f21a37624aa45ddfd8bf6b51811ca00dafb3eebecb8a19903755

            """,
            await line.DoneAsync("push", "--oci-layout", "l:v3"));
    }

    [Theory]
    [InlineData("--config", "/dev/null")]
    [InlineData("--config", "NUL")]
    [InlineData("--manifest-config", "/dev/null")]
    [InlineData("--manifest-config", "NUL")]
    public async Task Push_with_an_empty_config_has_the_digest_that_oras_gives(string flag, string file)
    {
        using var line = new CommandLine();
        var output = await line.DoneAsync("push", "--oci-layout", "l:v4", flag, $"{file}:application/vnd.acme.config", "artifact.txt");
        Assert.Contains("Uploaded  e3b0c44298fc application/vnd.acme.config\n", output);
        Assert.EndsWith("ArtifactType: application/vnd.acme.config\nDigest: sha256:ce4de42f38b983ff1b9b37ec8b91f09681a7ca4827f8fbe91ddedb7453b7c452\n", output);
    }

    [Fact]
    public async Task Push_without_a_tag_leaves_the_manifest_without_a_name()
    {
        using var line = new CommandLine();
        var output = await line.DoneAsync("push", "--oci-layout", "l", "artifact.txt");
        Assert.EndsWith("Pushed [oci-layout] l\nArtifactType: application/vnd.unknown.artifact.v1\nDigest: sha256:efc5b1a49b7d35df8d63e5c342a2e471be32896919c85e6413a7124109907326\n", output);
        Assert.Equal("", await line.DoneAsync("repo", "tags", "--oci-layout", "l"));
    }

    [Fact]
    public async Task Push_as_json()
    {
        using var line = new CommandLine();
        Assert.Equal(
            """
            {
              "reference": "l@sha256:f4ab4bf5d2c378e503d97356ea707ee5e52d060cf8d6b0b96be2b401818c2db4",
              "mediaType": "application/vnd.oci.image.manifest.v1+json",
              "digest": "sha256:f4ab4bf5d2c378e503d97356ea707ee5e52d060cf8d6b0b96be2b401818c2db4",
              "size": 599,
              "annotations": {
                "a": "b",
                "org.opencontainers.image.created": "2026-01-01T00:00:00Z"
              },
              "artifactType": "application/vnd.unknown.artifact.v1",
              "referenceAsTags": [
                "l:v5",
                "l:v6"
              ]
            }

            """,
            await line.DoneAsync("push", "--oci-layout", "l:v5,v6", "--format", "json", "artifact.txt", "--annotation", "a=b"));
    }

    [Fact]
    public async Task Pull_of_a_file()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt:application/vnd.x");
        Assert.Equal(
            """
            Downloading 56d7bbae6737 application/vnd.oci.image.manifest.v1+json
            Processing  56d7bbae6737 application/vnd.oci.image.manifest.v1+json
            Downloading 33998979890f artifact.txt
            Downloaded  33998979890f artifact.txt
            Downloaded  56d7bbae6737 application/vnd.oci.image.manifest.v1+json
            Pulled [oci-layout] l:v1
            Digest: sha256:56d7bbae6737c5ae1339270df5ac8aafb070698f6ff29a135b89c9d0bd479d08

            """,
            await line.DoneAsync("pull", "--oci-layout", "l:v1", "-o", "out"));
        Assert.Equal(CommandLine.Artifact, line.Read("out/artifact.txt"));
    }

    [Fact]
    public async Task Pull_as_json()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v5", "artifact.txt");
        Assert.Equal(
            $$"""
            {
              "reference": "l@sha256:efc5b1a49b7d35df8d63e5c342a2e471be32896919c85e6413a7124109907326",
              "files": [
                {
                  "path": "{{line.Folder}}/out/artifact.txt",
                  "reference": "l@sha256:33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353",
                  "mediaType": "application/vnd.oci.image.layer.v1.tar",
                  "digest": "sha256:33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353",
                  "size": 20,
                  "annotations": {
                    "org.opencontainers.image.title": "artifact.txt"
                  }
                }
              ]
            }

            """,
            await line.DoneAsync("pull", "--oci-layout", "l:v5", "-o", "out", "--format", "json"));
    }

    [Fact]
    public async Task Pull_of_nothing_as_json_has_no_files()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v3");
        Assert.Equal(
            """
            {
              "reference": "l@sha256:180c28249748f21a37624aa45ddfd8bf6b51811ca00dafb3eebecb8a19903755",
              "files": null
            }

            """,
            await line.DoneAsync("pull", "--oci-layout", "l:v3", "--format", "json"));
    }

    [Fact]
    public async Task Tag_resolve_and_list()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v1", "artifact.txt:application/vnd.x");
        const string Digest = "sha256:56d7bbae6737c5ae1339270df5ac8aafb070698f6ff29a135b89c9d0bd479d08";
        Assert.Equal($"Tagging [oci-layout] l@{Digest}\nTagged t1\nTagged t2\n", await line.DoneAsync("tag", "--oci-layout", "l:v1", "t1", "t2"));
        Assert.Equal($"{Digest}\n", await line.DoneAsync("resolve", "--oci-layout", "l:t1"));
        Assert.Equal($"l@{Digest}\n", await line.DoneAsync("resolve", "-l", "--oci-layout", "l:t2"));
        Assert.Equal("{\n  \"tags\": [\n    \"t1\",\n    \"t2\",\n    \"v1\"\n  ]\n}\n", await line.DoneAsync("repo", "tags", "--oci-layout", "l", "--format", "json"));
        Assert.Equal("t2\nv1\n", await line.DoneAsync("repo", "tags", "--oci-layout", "l", "--last", "t1"));
    }

    [Fact]
    public async Task A_layout_path_takes_any_name()
    {
        using var line = new CommandLine();
        var output = await line.DoneAsync("push", "--oci-layout-path", "lp", "ex.com:te", "artifact.txt", "--format", "json");
        Assert.Contains("\"referenceAsTags\": [\n    \"lp:ex.com:te\"\n  ]", output);
        Assert.Contains("Pulled [oci-layout] ex.com:te\n", await line.DoneAsync("pull", "--oci-layout-path", "lp", "ex.com:te", "-o", "out"));
    }

    [Fact]
    public async Task Fetch_of_a_manifest_its_config_and_a_blob()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v3", "--export-manifest", "m.json");
        var raw = line.Read("m.json");
        Assert.Equal(raw, await line.DoneAsync("manifest", "fetch", "--oci-layout", "l:v3"));
        Assert.StartsWith("{\n  \"schemaVersion\": 2,\n", await line.DoneAsync("manifest", "fetch", "--oci-layout", "l:v3", "--pretty"));
        Assert.Equal("{}", await line.DoneAsync("manifest", "fetch-config", "--oci-layout", "l:v3"));
        Assert.Equal("{}\n", await line.DoneAsync("manifest", "fetch-config", "--oci-layout", "l:v3", "--pretty"));
        Assert.Equal(
            "{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2,\"data\":\"e30=\"}",
            await line.DoneAsync("manifest", "fetch-config", "--oci-layout", "l:v3", "--descriptor"));

        const string Empty = "l@sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        Assert.Equal("{}", await line.DoneAsync("blob", "fetch", "--oci-layout", Empty, "-o", "-"));
        Assert.Equal("", await line.DoneAsync("blob", "fetch", "--oci-layout", Empty, "-o", "b.bin"));
        Assert.Equal("{}", line.Read("b.bin"));
        Assert.Equal(
            "{\"mediaType\":\"application/octet-stream\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":2}",
            await line.DoneAsync("blob", "fetch", "--oci-layout", Empty, "--descriptor"));
    }

    [Fact]
    public async Task Fetch_of_a_manifest_as_json_sorts_its_members()
    {
        using var line = new CommandLine();
        await line.DoneAsync("push", "--oci-layout", "l:v4", "--config", "/dev/null:application/vnd.acme.config", "artifact.txt");
        var output = await line.DoneAsync("manifest", "fetch", "--oci-layout", "l:v4", "--format", "json");
        Assert.StartsWith("{\n  \"reference\": \"l@sha256:ce4de42f38b983ff1b9b37ec8b91f09681a7ca4827f8fbe91ddedb7453b7c452\",\n", output);
        Assert.EndsWith(
            """
              "artifactType": "application/vnd.acme.config",
              "content": {
                "annotations": {
                  "org.opencontainers.image.created": "2026-01-01T00:00:00Z"
                },
                "config": {
                  "digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                  "mediaType": "application/vnd.acme.config",
                  "size": 0
                },
                "layers": [
                  {
                    "annotations": {
                      "org.opencontainers.image.title": "artifact.txt"
                    },
                    "digest": "sha256:33998979890fa13a7e1ee8007f31b2bcac671af96e41fc9bded07bc576e68353",
                    "mediaType": "application/vnd.oci.image.layer.v1.tar",
                    "size": 20
                  }
                ],
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "schemaVersion": 2
              }
            }

            """,
            output);
    }

    /// <summary>Config and layer travel at the same time, in oras as here: their two pairs of lines are put in the order of the recording.</summary>
    private static string InOrder(string output)
    {
        var lines = output.Split('\n');
        var first = Array.FindIndex(lines, l => l.StartsWith("Uploading", StringComparison.Ordinal));
        var blobs = lines[first..(first + 4)].OrderBy(l => l.Contains("33998979890f") ? 1 : 0).ThenBy(l => l.StartsWith("Uploaded", StringComparison.Ordinal) ? 1 : 0).ToArray();
        return string.Join('\n', [.. lines[..first], .. blobs, .. lines[(first + 4)..]]);
    }
}
