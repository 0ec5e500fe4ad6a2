using System.CommandLine;
using System.Globalization;
using Gantry.Cli.Options;
using Gantry.Protocol;
using Gantry.Server;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Serve;

/// <summary>One setting of a server, by its three names: a flag, a variable of the environment, a member of a file.</summary>
/// <param name="Name">The flag without its dashes; the other names are made from it.</param>
/// <param name="Kind">What values it takes.</param>
/// <param name="ValueName">What the help calls the value.</param>
/// <param name="Help">What it does, with its default.</param>
/// <param name="Apply">Puts the values, at least one, into the options.</param>
internal sealed record ServeSetting(string Name, SettingKind Kind, string ValueName, string Help, Func<GantryServerOptions, IReadOnlyList<string>, GantryServerOptions> Apply)
{
    /// <summary>How a value is shown to whoever reads over a shoulder: where it may hold a password, without it.</summary>
    public Func<string, string> Show { get; init; } = value => value;

    /// <summary><c>GANTRY_TLS_CERT</c>.</summary>
    public string Variable => "GANTRY_" + Name.ToUpperInvariant().Replace('-', '_');

    /// <summary><c>tlsCert</c>.</summary>
    public string Member
    {
        get
        {
            var words = Name.Split('-');
            return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        }
    }

    public Option CreateFlag() => Kind switch
    {
        SettingKind.Switch => Flag.Switch("--" + Name, Help),
        SettingKind.List => Flag.List("--" + Name, ValueName, Help),
        _ => Flag.Text("--" + Name, ValueName, Help),
    };

    /// <summary>The flag's values; empty where it was not given.</summary>
    public IReadOnlyList<string> Read(ParseResult parse, Option flag) =>
        !parse.IsGiven(flag) ? []
        : flag switch
        {
            Option<bool> toggle => [parse.GetValue(toggle) ? "true" : "false"],
            Option<string[]> list => parse.GetValue(list) ?? [],
            Option<string?> text => [parse.GetValue(text) ?? ""],
            _ => [],
        };

    /// <summary>Checks the values, then applies them.</summary>
    /// <param name="options">The options so far.</param>
    /// <param name="values">At least one.</param>
    /// <param name="source">Where they come from, for the message.</param>
    /// <param name="fullPath">Makes a path absolute.</param>
    /// <exception cref="CommandException">A value is not of the setting's kind.</exception>
    public GantryServerOptions Put(GantryServerOptions options, IReadOnlyList<string> values, string source, Func<string, string> fullPath)
    {
        foreach (var value in values)
        {
            if (Explain(value) is { } problem)
                throw CommandException.WrongUsage($"{source}: \"{Printable.Of(value)}\" {problem}");
        }
        try
        {
            return Apply(options, [.. values.Select(value => Kind == SettingKind.Path || (Kind == SettingKind.Place && !BlobsAddress.IsUrl(value)) ? fullPath(value) : value)]);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Usage, $"{source}: {e.Message}", e);
        }
    }

    public static bool IsTrue(string value) => value is "true" or "1";

    private string? Explain(string value) => Kind switch
    {
        SettingKind.Switch => value is "true" or "false" or "1" or "0" ? null : "is neither true nor false",
        SettingKind.Number => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? null : "is not a whole number from 1 on",
        SettingKind.Seconds => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : "is not a number of seconds",
        _ => value.Length > 0 ? null : "is empty",
    };

}
