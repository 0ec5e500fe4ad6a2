using System.Text;
using Gantry.Build;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Client.Files;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands.Build;

/// <summary>Tells what a build made: to people, to scripts, and to the files that buildx writes.</summary>
internal sealed class BuildReport(CommandContext context, ImageBuildResult result, IReadOnlyList<Reference> names, OutputArgument output)
{
    private Descriptor Root => result.Root.Descriptor;

    /// <summary>The image's id as docker has it: the config of an image, the index of several.</summary>
    private Digest Id => result.Images is [var only] ? only.ConfigDescriptor.Digest : Root.Digest;

    public void Write(OutputFormat format, bool quiet)
    {
        if (format == OutputFormat.Json)
        {
            JsonResult.Write(context, WriteJson);
            return;
        }
        if (quiet)
        {
            context.Out.WriteLine(Root.Digest);
            return;
        }
        if (output.Kind == OutputKind.Registry)
        {
            foreach (var name in names)
                context.Out.WriteLine($"Pushed [registry] {name}");
        }
        else if (output.Kind != OutputKind.None)
            context.Out.WriteLine($"Exported {output.Destination}");
        context.Out.WriteLine($"Digest: {Root.Digest}");
    }

    /// <summary><c>--iidfile</c>: the id alone, without an end of line, as docker writes it.</summary>
    public ValueTask WriteIdAsync(string path, CancellationToken ct) => WriteFileAsync(path, Encoding.UTF8.GetBytes(Id.ToString()), ct);

    /// <summary><c>--metadata-file</c>: the members of buildx's that there is something to say about.</summary>
    public ValueTask WriteMetadataAsync(string path, CancellationToken ct)
    {
        var json = new GoJsonWriter();
        json.StartObject();
        if (result.Images is [var only])
            json.String("containerimage.config.digest", only.ConfigDescriptor.Digest.ToString());
        json.Name("containerimage.descriptor");
        json.StartObject();
        json.String("mediaType", Root.MediaType.ToString());
        json.String("digest", Root.Digest.ToString());
        json.Number("size", Root.Size);
        json.EndObject();
        json.String("containerimage.digest", Root.Digest.ToString());
        json.OptionalString("image.name", names.Count > 0 ? string.Join(',', names) : null);
        json.EndObject();
        return WriteFileAsync(path, [.. GoJsonWriter.Indent(json.Written.Span), (byte)'\n'], ct);
    }

    private void WriteJson(GoJsonWriter json)
    {
        json.String("mediaType", Root.MediaType.ToString());
        json.String("digest", Root.Digest.ToString());
        json.Number("size", Root.Size);
        JsonResult.Strings(json, "references", [.. names.Select(name => name.ToString())]);
        json.Name("images");
        json.StartArray();
        foreach (var image in result.Images)
        {
            json.StartObject();
            json.String("platform", Text(image.Config.Platform));
            json.String("digest", image.Manifest.Descriptor.Digest.ToString());
            json.String("config", image.ConfigDescriptor.Digest.ToString());
            JsonResult.Strings(json, "diffIds", [.. image.Config.DiffIds.Select(id => id.ToString())]);
            json.EndObject();
        }
        json.EndArray();
    }

    private static string Text(Platform platform) => platform.Variant is { } variant ? $"{platform.Os}/{platform.Architecture}/{variant}" : $"{platform.Os}/{platform.Architecture}";

    private async ValueTask WriteFileAsync(string path, byte[] bytes, CancellationToken ct)
    {
        using var content = new MemoryStream(bytes, writable: false);
        await FileOutput.WriteAsync(context.FullPath(path), content, ct);
    }
}
