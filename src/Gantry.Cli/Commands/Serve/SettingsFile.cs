using System.Text.Json;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Serve;

/// <summary>A file of settings: one JSON object, a member for each setting.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Values">Values by setting, as texts.</param>
internal sealed record SettingsFile(string Path, IReadOnlyDictionary<ServeSetting, IReadOnlyList<string>> Values)
{
    /// <summary>Lets an editor find the schema; no setting.</summary>
    public const string SchemaMember = "$schema";

    /// <exception cref="CommandException">The file is not there, is not such an object, or names a setting that there is not.</exception>
    public static SettingsFile Read(string path)
    {
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw CommandException.WrongUsage($"{path}: a file of settings is one JSON object");
            var values = new Dictionary<ServeSetting, IReadOnlyList<string>>();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name == SchemaMember)
                    continue;
                var setting = ServeSettings.All.FirstOrDefault(setting => setting.Member == member.Name)
                    ?? throw CommandException.WrongUsage($"{path}: there is no setting \"{Printable.Of(member.Name)}\"", "\"gantry admin config schema\" prints those that there are.");
                values[setting] = Texts(path, member);
            }
            return new SettingsFile(path, values);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second kind: text that is half a surrogate pair.
            throw new CommandException(ExitCode.Usage, $"{path} is not JSON: {Printable.Of(e.Message)}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.NotFound, $"the file of settings {path} is not there", e);
        }
    }

    private static IReadOnlyList<string> Texts(string path, JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => [member.Value.GetString()!],
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => [member.Value.GetRawText()],
        JsonValueKind.Array when member.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. member.Value.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw CommandException.WrongUsage($"{path}: \"{member.Name}\" is neither a text, a number, true, false nor a list of texts"),
    };
}
