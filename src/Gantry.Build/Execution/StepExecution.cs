using System.Globalization;
using Gantry.Build.Context;
using Gantry.Build.Layers;
using Gantry.Build.Plan;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Execution;

/// <summary>Does one step of a stage, and writes its line of history.</summary>
internal sealed class StepExecution(BuildEngine engine, BuildEnvironment environment, BuildPlan plan, BuildContext context, StageResult stage)
{
    public async ValueTask RunAsync(StageStep step, CancellationToken ct)
    {
        IReadOnlyList<LayerEntry> entries;
        try
        {
            entries = await EntriesAsync(step, ct).ConfigureAwait(false);
            if (entries.Count > 0)
                await WriteLayerAsync(entries, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // A file that changed or went away, links in a circle, a full disk, a base's broken layer: the log names the instruction that met it.
            throw new BuildException($"{step.Instruction.Keyword} failed: {e.Message}", e);
        }
        var history = new ImageHistory
        {
            Created = environment.CreatedText,
            CreatedBy = step.Instruction.Text,
            Comment = "gantry",
            EmptyLayer = entries.Count == 0,
        };
        stage.Config = stage.Config with { Created = environment.CreatedText, History = [.. stage.Config.History, history] };
    }

    private async ValueTask<IReadOnlyList<LayerEntry>> EntriesAsync(StageStep step, CancellationToken ct) => step switch
    {
        CopyStep copy => await CopyAsync(copy, ct).ConfigureAwait(false),
        FolderStep folder => await FolderAsync(folder, ct).ConfigureAwait(false),
        RunStep => throw plan.Document.Source.Problem(step.Instruction.Span, "RUN is not supported yet: this version builds images without running anything in them",
            "Do the step elsewhere, and COPY its result; or start FROM an image that has it."),
        _ => [],
    };

    /// <summary>The folders that WORKDIR needs and the image lacks. They belong to the user that is set, as BuildKit has it; to root where the image does not know that user.</summary>
    private async ValueTask<IReadOnlyList<LayerEntry>> FolderAsync(FolderStep step, CancellationToken ct)
    {
        var root = await stage.TreeAsync(ct).ConfigureAwait(false);
        var place = root.Resolve(step.Path, followLast: true);
        var missing = new List<LayerEntry>();
        for (var path = place; path.Length > 0 && root.Find(path) is not { Type: EntryType.Folder }; path = missing[^1].Parent)
        {
            if (root.Find(path) is not null)
                throw new BuildException($"WORKDIR failed: \"/{Protocol.Printable.Of(path)}\" is a file in the image; choose another folder");
            var entry = new LayerEntry { Path = path, Type = EntryType.Folder, Mode = Permissions.Folder, Modified = BuildContext.FixedTime };
            if (Whiteout.Is(entry.Name))
                throw new BuildException($"WORKDIR failed: \"/{Protocol.Printable.Of(path)}\" bears a name that means a deletion in layers; choose another folder");
            missing.Add(entry);
        }
        missing.Reverse();
        if (missing.Count > 0 && step.User is { } user && await Ownership.FindAsync(user, root, ct).ConfigureAwait(false) is var (uid, gid))
            return [.. missing.Select(entry => entry with { Uid = uid, Gid = gid })];
        return missing;
    }

    private async ValueTask<IReadOnlyList<LayerEntry>> CopyAsync(CopyStep step, CancellationToken ct)
    {
        // A linked layer depends on nothing below it, so nothing below it need be read.
        var image = step.Link && !Ownership.NeedsNames(step.Chown) ? new FileTree() : await stage.TreeAsync(ct).ConfigureAwait(false);
        var source = step.From is { } from ? await engine.TreeAsync(from, ct).ConfigureAwait(false) : context.Tree;
        (long Uid, long Gid)? owner = step.Chown is { } chown ? await Ownership.ResolveAsync(chown, image, ct).ConfigureAwait(false) : null;
        var mode = Mode(step);
        if (step.IsAdd)
            return await new AddExecution(environment, step, source, image, owner, mode).RunAsync(ct).ConfigureAwait(false);
        return new CopyResolution(step, source, image, owner, mode).Run();
    }

    private int? Mode(CopyStep step)
    {
        if (step.Chmod is not { } text)
            return null;
        var octal = text.Length is 3 or 4 or 5 && !text.AsSpan().ContainsAnyExceptInRange('0', '7');
        return octal && Convert.ToInt32(text, 8) is <= Permissions.Bits and var mode
            ? mode
            : throw plan.Document.Source.Problem(step.Instruction.Flags.First(flag => flag.Name == "chmod").Span,
                $"--chmod={Protocol.Printable.Of(text)} is not an octal mode", "Write --chmod=755, for instance.");
    }

    private async ValueTask WriteLayerAsync(IReadOnlyList<LayerEntry> entries, CancellationToken ct)
    {
        environment.Disk.Take(entries.Sum(entry => entry.Size));
        // Files of base layers are read out in one pass before the first of them is opened.
        await LayerFiles.PrepareAsync(entries, ct).ConfigureAwait(false);
        var path = Path.Join(environment.WorkFolder, string.Create(CultureInfo.InvariantCulture, $"layer-{Guid.NewGuid():N}"));
        WrittenLayer written;
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
            written = await LayerWriter.WriteAsync(entries, file, environment.Compression, environment.Workers, ct).ConfigureAwait(false);
        stage.Add(new StageLayer(written.Descriptor, written.DiffId, new FileSource(path, written.Descriptor.Digest), written.Descriptor), entries);
        stage.Config = stage.Config with { DiffIds = [.. stage.Config.DiffIds, written.DiffId] };
        environment.Log($" ---> {written.DiffId.Short}");
    }
}
