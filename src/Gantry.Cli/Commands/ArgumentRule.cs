namespace Gantry.Cli.Commands;

/// <summary>How many arguments a command takes, and what they are for.</summary>
/// <param name="Min">At least so many.</param>
/// <param name="Max">At most so many.</param>
/// <param name="Usage">The arguments as the usage line shows them.</param>
/// <param name="Purpose">Completes "specify 1 argument as …".</param>
internal sealed record ArgumentRule(int Min, int Max, string Usage, string Purpose)
{
    public static readonly ArgumentRule None = new(0, 0, "", "");

    public static ArgumentRule Exactly(int count, string usage, string purpose) => new(count, count, usage, purpose);

    public static ArgumentRule AtLeast(int count, string usage, string purpose) => new(count, int.MaxValue, usage, purpose);

    /// <summary>Refuses a wrong number of arguments as ORAS does.</summary>
    /// <exception cref="CommandException">There are too few or too many.</exception>
    public void Check(string commandName, int count)
    {
        if (count >= Min && count <= Max)
            return;
        if (Max == 0)
            throw new CommandException(ExitCode.Usage, $"\"{commandName}\" takes no arguments but got {count}") { Usage = Line(commandName), Advice = $"Run \"{commandName} -h\" for more options and examples" };
        var bound = Max == int.MaxValue ? $"at least {Min}" : count > Max && Min != Max ? $"at most {Max}" : Min == Max ? $"exactly {Min}" : $"at least {Min}";
        var argument = (count > Max ? Max : Min) == 1 ? "argument" : "arguments";
        throw new CommandException(ExitCode.Usage, $"\"{commandName}\" requires {bound} {argument} but got {count}")
        {
            Usage = Line(commandName),
            Advice = $"Please specify {bound} {argument} as {Purpose}. Run \"{commandName} -h\" for more options and examples",
        };
    }

    public string Line(string commandName) => Usage.Length == 0 ? $"{commandName} [flags]" : $"{commandName} [flags] {Usage}";
}
