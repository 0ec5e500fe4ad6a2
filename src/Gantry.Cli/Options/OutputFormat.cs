namespace Gantry.Cli.Options;

/// <summary>How a result is written.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    Tree,
    Table,
}
