using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>Results as JSON, laid out as ORAS does: two blanks, Go's escapes, a final newline.</summary>
internal static class JsonResult
{
    /// <summary>Writes one object; <paramref name="members"/> fills it.</summary>
    public static void Write(CommandContext context, Action<GoJsonWriter> members)
    {
        var json = new GoJsonWriter();
        json.StartObject();
        members(json);
        json.EndObject();
        context.Output.Write(GoJsonWriter.Indent(json.Written.Span));
        context.Output.Write("\n"u8);
    }

    /// <summary>A descriptor with its full reference, without the braces.</summary>
    public static void Descriptor(GoJsonWriter json, string reference, Descriptor descriptor)
    {
        json.String("reference", reference);
        json.String("mediaType", descriptor.MediaType.ToString());
        json.String("digest", descriptor.Digest.ToString());
        json.Number("size", descriptor.Size);
        json.OptionalMap("annotations", descriptor.Annotations);
        json.OptionalString("artifactType", descriptor.ArtifactType?.ToString());
    }

    /// <summary>An array of texts; null for none where Go would write a nil slice.</summary>
    public static void Strings(GoJsonWriter json, string name, IReadOnlyCollection<string>? values)
    {
        json.Name(name);
        if (values is null)
        {
            json.NullValue();
            return;
        }
        json.StartArray();
        foreach (var value in values)
            json.StringValue(value);
        json.EndArray();
    }
}
