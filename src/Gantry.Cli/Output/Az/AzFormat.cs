namespace Gantry.Cli.Output.Az;

/// <summary>What <c>-o</c> chooses.</summary>
internal enum AzFormat
{
    Json,
    Yaml,
    Table,
    Tsv,
    None,
}
