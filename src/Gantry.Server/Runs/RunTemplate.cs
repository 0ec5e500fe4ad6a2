using System.Globalization;
using System.Text;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;

namespace Gantry.Server.Runs;

/// <summary>What stands for <c>{{.Run.ID}}</c> and its like in the names of images.</summary>
internal sealed class RunTemplate
{
    private const string Open = "{{";
    private const string Close = "}}";
    private const string Prefix = ".Run.";

    public required string Id { get; init; }

    public required string LoginServer { get; init; }

    public required string Registry { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required RunPlatform Platform { get; init; }

    /// <exception cref="RegistryException">The text names something that is not known here, or has no end.</exception>
    public string Render(string text)
    {
        var rendered = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOf(Open) is >= 0 and var open)
        {
            rendered.Append(rest[..open]);
            rest = rest[(open + Open.Length)..];
            var close = rest.IndexOf(Close);
            if (close < 0)
                throw new RegistryException(ErrorCode.RequestInvalid, $"\"{Printable.Of(text)}\" opens {Open} and does not close it");
            rendered.Append(ValueOf(rest[..close].Trim()));
            rest = rest[(close + Close.Length)..];
        }
        return rendered.Append(rest).ToString();
    }

    private string ValueOf(ReadOnlySpan<char> word)
    {
        var value = !word.StartsWith(Prefix) ? null : word[Prefix.Length..] switch
        {
            "ID" => Id,
            "Registry" => LoginServer,
            "RegistryName" => Registry,
            "Date" => Created.UtcDateTime.ToString("yyyyMMdd-HHmmss'z'", CultureInfo.InvariantCulture),
            "OS" => Platform.Os,
            "Architecture" => Platform.Architecture,
            _ => null,
        };
        return value ?? throw new RegistryException(ErrorCode.RequestInvalid,
            $"{Open}{Printable.Of(word)}{Close} stands for nothing here; there is {Open}.Run.ID{Close}, .Run.Registry, .Run.RegistryName, .Run.Date, .Run.OS and .Run.Architecture");
    }
}
