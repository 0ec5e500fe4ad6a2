namespace Gantry.Server.Tests.Conformance;

/// <summary>Every name of the suite's tree, over both transports and with each way to sign in.</summary>
/// <remarks>The tree is walked once per setting, in the suite's order, for later names need what earlier ones pushed; each test then judges one name.</remarks>
public sealed class ConformanceTests(ConformanceRuns runs) : IClassFixture<ConformanceRuns>
{
    public static TheoryData<string> Settings => [.. ConformanceSetting.All.Select(setting => setting.ToString())];

    public static TheoryData<string, string> NamesOfEachSetting
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var setting in ConformanceSetting.All)
            {
                foreach (var name in ConformanceTree.Names)
                    data.Add(setting.ToString(), name);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Nothing_of_the_tree_is_skipped_and_nothing_is_added(string setting) =>
        Assert.Equal(ConformanceTree.Lines, (await runs.OfAsync(setting)).Names);

    [Theory]
    [MemberData(nameof(NamesOfEachSetting))]
    public async Task Conforms(string setting, string name)
    {
        var failures = (await runs.OfAsync(setting)).FailuresOf(name);
        Assert.True(failures is not null, "the name was not run");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
