using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gantry.Cli.Output.Az;

namespace Gantry.Cli.Commands.Admin;

/// <summary>An operator's command whose answer is a report: in words for people, as it came for programs.</summary>
/// <typeparam name="T">The report.</typeparam>
internal abstract class ReportCommand<T> : AdminCommand
    where T : class
{
    private readonly JsonTypeInfo<T> _type;

    [SetsRequiredMembers]
    protected ReportCommand(CommandContext context, string name, string summary, ArgumentRule rule, JsonTypeInfo<T> type)
        : base(context, name, summary, rule, AzFormat.Table) => _type = type;

    /// <summary>Writes the report in words, a line feed behind each line.</summary>
    protected abstract void Describe(T report, StringBuilder text);

    /// <inheritdoc cref="AdminCommand.HasFailed"/>
    protected virtual bool HasFailed(T report) => false;

    protected sealed override bool HasFailed(JsonNode result) => result.Deserialize(_type) is { } report && HasFailed(report);

    protected sealed override string? Describe(JsonNode result)
    {
        if (result.Deserialize(_type) is not { } report)
            return null;
        var text = new StringBuilder();
        Describe(report, text);
        return text.ToString();
    }
}
