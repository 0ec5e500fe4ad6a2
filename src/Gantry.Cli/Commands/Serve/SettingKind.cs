namespace Gantry.Cli.Commands.Serve;

/// <summary>What values a setting takes.</summary>
internal enum SettingKind
{
    Text,

    /// <summary>A file or folder. In a file of settings it is relative to that file's folder.</summary>
    Path,

    /// <summary>A file or folder, or a URL.</summary>
    Place,

    /// <summary>Several texts: a flag several times, a JSON array, a variable with blanks between.</summary>
    List,

    Switch,

    /// <summary>A whole number from 1 on.</summary>
    Number,

    /// <summary>A time in seconds.</summary>
    Seconds,
}
