using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Gantry.Architecture.Tests;

/// <summary>The sizes that keep a page readable. A number here is changed by argument, not by need.</summary>
public sealed partial class BudgetTests
{
    private const int LongFile = 300;
    private const int LongestFile = 600;
    private const int LongestMethod = 60;
    private const int MostParameters = 6;

    /// <summary>Files above <see cref="LongestFile"/> lines, each with the reason why it reads better in one piece.</summary>
    private static readonly Dictionary<string, string> LongFilesWithAReason = [];

    private static readonly string[] ForbiddenWords = ["Util", "Utils", "Helper", "Helpers", "Manager", "Service", "Handler", "Base", "Common", "Info"];

    /// <summary>Names that hold such a word because another's vocabulary has it.</summary>
    private static readonly Dictionary<string, string> WordsWithAReason = new()
    {
        ["HandlerChain"] = "builds the chain of HttpMessageHandlers, which is what .NET calls them",
        ["CredentialHelper"] = "runs docker's credential helpers, which is what docker calls them",
    };

    private static readonly Assembly[] Product =
    [
        typeof(Protocol.WireJson).Assembly, Assembly.Load("Gantry.Client"), Assembly.Load("Gantry.Server"), Assembly.Load("Gantry.Build"), Assembly.Load("gantry"),
    ];

    private static IEnumerable<Type> Types => Product.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.Namespace?.StartsWith("Gantry", StringComparison.Ordinal) == true)
        .Where(type => !type.Name.Contains('<', StringComparison.Ordinal) && !IsGenerated(type));

    [Fact]
    public void Ninety_files_in_a_hundred_have_at_most_300_lines()
    {
        var lines = SourceTree.Sources.Select(source => source.Lines).Order().ToList();
        Assert.InRange(lines[(int)(lines.Count * 0.9)], 1, LongFile);
    }

    [Fact]
    public void No_file_has_more_than_600_lines_without_a_reason()
    {
        Findings.None(SourceTree.Sources.Where(source => source.Lines > LongestFile && !LongFilesWithAReason.ContainsKey(source.Path)).Select(source => $"{source.Path}: {source.Lines} lines"));
        Findings.None(LongFilesWithAReason.Keys.Where(path => SourceTree.Sources.FirstOrDefault(source => source.Path == path) is not { Lines: > LongestFile }));
    }

    [Fact]
    public void No_method_has_more_than_60_lines() =>
        Findings.None(
            from source in SourceTree.Sources
            from member in Members.Of(source.Code)
            let lines = source.Text.AsSpan(member.Start, member.End - member.Start).Count('\n') + 1
            where lines > LongestMethod
            select $"{source.At(member.Start)}: {member.Name} has {lines} lines");

    [Fact]
    public void The_measure_of_methods_measures()
    {
        const string Code = """
            namespace A;
            public sealed class B(int c)
            {
                private readonly int[] _d = new[] { c, (1) };
                public int E { get; } = 1;
                public int F(int g)
                {
                    if (g > 0) { return 1; }
                    return 2;
                }
                public int H(int i) => i switch
                {
                    _ => 1,
                };
                private sealed record J(int K) { public void L() { } }
            }
            """;
        Assert.Equal(["F:5", "H:4", "L:1"], Members.Of(Code).Select(member => $"{member.Name}:{Code.AsSpan(member.Start, member.End - member.Start).Count('\n') + 1}"));
    }

    [Fact]
    public void No_constructor_has_more_than_6_parameters() =>
        Findings.None(
            from type in Types
            where !IsRecord(type)
            from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            where constructor.GetParameters().Length > MostParameters && constructor.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            select $"{type.FullName} takes {constructor.GetParameters().Length}");

    [Fact]
    public void Folders_are_at_most_three_deep_below_a_project() =>
        Findings.None(SourceTree.Sources.Where(source => source.Path.Count(c => c == '/') > 5).Select(source => source.Path));

    [Fact]
    public void Nothing_is_named_by_a_word_that_names_nothing()
    {
        Findings.None(Types.Where(type => Words(type.Name).Any(IsForbidden) && !typeof(HttpMessageHandler).IsAssignableFrom(type) && !WordsWithAReason.ContainsKey(type.Name)).Select(type => type.FullName));
        Findings.None(SourceTree.Sources.Select(source => source.Room).Distinct().Where(room => room.Split('.').SelectMany(Words).Any(IsForbidden)));

        static bool IsForbidden(string word) => ForbiddenWords.Contains(word);
    }

    [Fact]
    public void Fewer_than_15_public_types_in_a_hundred_are_interfaces()
    {
        var types = Product[0].GetExportedTypes().Concat(Product[1].GetExportedTypes()).Concat(Product[2].GetExportedTypes()).ToList();
        Assert.True(types.Count(type => type.IsInterface) * 100 < types.Count * 15, $"{types.Count(type => type.IsInterface)} of {types.Count} public types are interfaces");
    }

    [Fact]
    public void A_file_holds_one_public_type_and_is_named_for_it() =>
        Findings.None(
            from source in SourceTree.Sources
            let names = PublicType().Matches(source.Code).Select(match => match.Groups["name"].Value).Distinct().ToList()
            where names.Count > 1 || (names.Count == 1 && Path.GetFileName(source.Path).Split('.')[0] != names[0])
            select $"{source.Path}: {string.Join(", ", names)}");

    [Fact]
    public void No_file_turns_a_warning_off() =>
        Findings.None(SourceTree.Sources.SelectMany(source => SuppressedWarning().Matches(source.Code).Select(match => source.At(match.Index))));

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null || type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static bool IsGenerated(Type type) =>
        type.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
        || type.GetCustomAttribute<System.CodeDom.Compiler.GeneratedCodeAttribute>() is not null
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static IEnumerable<string> Words(string name) => WordPattern().Matches(name).Select(match => match.Value);

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"^public (?:(?:sealed|static|abstract|readonly|partial|ref|unsafe) )*(?:class|struct|interface|enum|record|delegate)(?: class| struct)? (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"#pragma warning disable|\bSuppressMessage\b|\bUnconditionalSuppressMessage\b")]
    private static partial Regex SuppressedWarning();
}
