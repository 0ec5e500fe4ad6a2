using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Server;

namespace Gantry.Cli.Commands.Serve;

/// <summary>The flags of a server's settings, and the options that come of them.</summary>
/// <remarks><code>
///   defaults ◄── file (--config, GANTRY_CONFIG) ◄── environment (GANTRY_…) ◄── flags
/// </code></remarks>
/// <param name="settings">Those that a command has; the others of a file are left aside.</param>
internal sealed class SettingOptions(IReadOnlyList<ServeSetting> settings)
{
    private readonly (ServeSetting Setting, Option Flag)[] _flags = [.. settings.Select(setting => (setting, setting.CreateFlag()))];

    // What other commands, and the tests of the program itself, read.
    private static readonly string[] OtherVariables = ["GANTRY_CONFIG", "GANTRY_CONFIG_DIR", "GANTRY_SERVER", "GANTRY_PROGRAM", "GANTRY_UPDATE_DOCS", "GANTRY_UPDATE_API"];

    /// <summary>All that a server has.</summary>
    public SettingOptions()
        : this(ServeSettings.All)
    {
    }

    public Option<string?> Config { get; } = Flag.Text("--config", "FILE", "JSON file of settings; the environment and flags win over it");

    public void AddTo(Command command)
    {
        foreach (var (_, flag) in _flags)
            command.Add(flag);
        command.Add(Config);
    }

    /// <exception cref="CommandException">A value is wrong; the message says which and where it comes from.</exception>
    public GantryServerOptions Read(ParseResult parse, CommandContext context)
    {
        var options = new GantryServerOptions { DataFolder = "" };
        foreach (var (setting, values, source, fullPath) in Given(parse, context))
            options = setting.Put(options, values, source, fullPath);
        return options;
    }

    /// <summary>For what opens the stores: without a data folder there is nothing to open.</summary>
    /// <exception cref="CommandException">As for <see cref="Read"/>, or no data folder is named.</exception>
    public GantryServerOptions ReadWithData(ParseResult parse, CommandContext context)
    {
        var options = Read(parse, context);
        return options.DataFolder.Length > 0
            ? options
            : throw CommandException.WrongUsage("required flag(s) \"data\" not set", "Say where the registry keeps what it holds: --data DIR");
    }

    /// <summary>The settings that somebody set: each once, with the values that win and where they come from.</summary>
    public IEnumerable<(ServeSetting Setting, IReadOnlyList<string> Values, string Source, Func<string, string> FullPath)> Given(ParseResult parse, CommandContext context)
    {
        var path = parse.GetValue(Config) ?? context.Environment("GANTRY_CONFIG");
        var file = string.IsNullOrEmpty(path) ? null : SettingsFile.Read(context.FullPath(path));
        foreach (var (setting, flag) in _flags)
        {
            if (setting.Read(parse, flag) is { Count: > 0 } given)
                yield return (setting, given, flag.Name, context.FullPath);
            else if (context.Environment(setting.Variable) is { Length: > 0 } variable)
                yield return (setting, Split(setting, variable), setting.Variable, context.FullPath);
            else if (file?.Values.GetValueOrDefault(setting) is { Count: > 0 } written)
                yield return (setting, written, $"{file.Path}: {setting.Member}", relative => Path.GetFullPath(relative, Path.GetDirectoryName(file.Path)!));
        }
    }

    /// <summary>Variables that are called like settings and are none: misspelt ones, most likely.</summary>
    public IEnumerable<string> FindUnknownVariables(CommandContext context) =>
        context.EnvironmentNames().Where(name => name.StartsWith("GANTRY_", StringComparison.Ordinal)
            && !OtherVariables.Contains(name, StringComparer.Ordinal)
            // Kubernetes describes a service called "gantry" to every container in such variables.
            && !name.StartsWith("GANTRY_SERVICE_", StringComparison.Ordinal) && !name.StartsWith("GANTRY_PORT", StringComparison.Ordinal)
            && !_flags.Any(each => each.Setting.Variable == name)).Order(StringComparer.Ordinal);

    private static string[] Split(ServeSetting setting, string variable) =>
        setting.Kind == SettingKind.List ? variable.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [variable];
}
