using System.Text.Json.Nodes;

namespace Gantry.Cli.Output.Az;

/// <summary>A column of a table that az lays out for one kind of result.</summary>
/// <param name="Heading">Its heading, in capitals.</param>
/// <param name="Cell">What it shows of an element; a blank where that has nothing.</param>
internal sealed record AzColumn(string Heading, Func<JsonNode?, string> Cell);
