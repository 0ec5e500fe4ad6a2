using System.Globalization;
using System.Text;
using Gantry.Build.Layers;

namespace Gantry.Build.Execution;

/// <summary>Finds the numbers of users and groups in an image's own <c>/etc/passwd</c> and <c>/etc/group</c>.</summary>
internal static class Ownership
{
    private const long MaxFileBytes = 4 * 1024 * 1024;

    /// <summary>Whether the image's files must be read to know the numbers.</summary>
    public static bool NeedsNames(string? owner) => owner is not null && owner.Split(':').Any(part => part.Length > 0 && Number(part) is null);

    /// <summary>Numbers for <c>user[:group]</c>. A user by name brings the primary group; by number, the group of the same number.</summary>
    /// <exception cref="BuildException">The image has no such user or group.</exception>
    public static async ValueTask<(long Uid, long Gid)> ResolveAsync(string owner, FileTree root, CancellationToken ct)
    {
        var (user, group) = Split(owner);
        var (uid, primary) = await UserAsync(user, root, ct).ConfigureAwait(false)
            ?? throw new BuildException($"the image has no user \"{Protocol.Printable.Of(user)}\" in /etc/passwd: name one that it has, or give a number");
        if (group.Length == 0)
            return (uid, primary);
        return (uid, await GroupAsync(group, root, ct).ConfigureAwait(false)
            ?? throw new BuildException($"the image has no group \"{Protocol.Printable.Of(group)}\" in /etc/group: name one that it has, or give a number"));
    }

    /// <summary>Numbers for <c>user[:group]</c>; null where the image does not know them.</summary>
    public static async ValueTask<(long Uid, long Gid)?> FindAsync(string owner, FileTree root, CancellationToken ct)
    {
        var (user, group) = Split(owner);
        if (await UserAsync(user, root, ct).ConfigureAwait(false) is not var (uid, primary))
            return null;
        return group.Length == 0 ? (uid, primary)
            : await GroupAsync(group, root, ct).ConfigureAwait(false) is { } gid ? (uid, gid)
            : null;
    }

    private static (string User, string Group) Split(string owner)
    {
        var colon = owner.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (owner, "") : (owner[..colon], owner[(colon + 1)..]);
    }

    private static async ValueTask<(long Uid, long Gid)?> UserAsync(string user, FileTree root, CancellationToken ct)
    {
        if (Number(user) is { } number)
            return (number, number);
        foreach (var fields in await LinesAsync("etc/passwd", root, ct).ConfigureAwait(false))
        {
            if (fields.Length >= 4 && fields[0] == user && Number(fields[2]) is { } uid && Number(fields[3]) is { } gid)
                return (uid, gid);
        }
        return null;
    }

    private static async ValueTask<long?> GroupAsync(string group, FileTree root, CancellationToken ct)
    {
        if (Number(group) is { } number)
            return number;
        foreach (var fields in await LinesAsync("etc/group", root, ct).ConfigureAwait(false))
        {
            if (fields.Length >= 3 && fields[0] == group && Number(fields[2]) is { } gid)
                return gid;
        }
        return null;
    }

    private static long? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async ValueTask<IEnumerable<string[]>> LinesAsync(string path, FileTree root, CancellationToken ct)
    {
        if (root.Find(root.Resolve(path, followLast: true)) is not { Type: EntryType.File, Content: { } content, Size: <= MaxFileBytes })
            return [];
        var stream = await content.OpenAsync(ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var text = await reader.ReadToEndAsync(ct).ConfigureAwait(false);
            return text.Split('\n').Select(line => line.TrimEnd('\r').Split(':'));
        }
    }
}
