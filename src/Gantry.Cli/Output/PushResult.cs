using Gantry.Cli.Options;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Output;

/// <summary>What a push tells at its end.</summary>
internal sealed class PushResult(CommandContext context, OpenTarget target, OutputFormat format)
{
    public void Pushed() => Line($"Pushed {target.Display}");

    public void Tagged(string tag) => Line($"Tagged {tag}");

    public void Complete(ManifestContent manifest)
    {
        var view = manifest.Parse();
        var root = manifest.Descriptor with { Annotations = view.Annotations, ArtifactType = view.EffectiveArtifactType };
        Line($"ArtifactType: {root.ArtifactType}");
        Line($"Digest: {root.Digest}");
        if (format != OutputFormat.Json)
            return;
        string[] tags = [.. new[] { target.Version }.Concat(target.MoreTags).OfType<string>().Select(tag => $"{target.Path}:{tag}").Distinct().Order(StringComparer.Ordinal)];
        JsonResult.Write(context, json =>
        {
            JsonResult.Descriptor(json, target.At(root.Digest), root);
            JsonResult.Strings(json, "referenceAsTags", tags is [] ? null : tags);
        });
    }

    private void Line(string text)
    {
        if (format == OutputFormat.Text)
            context.Out.WriteLine(text);
    }
}
