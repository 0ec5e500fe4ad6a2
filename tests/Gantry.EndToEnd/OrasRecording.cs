using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gantry.EndToEnd;

/// <summary>What oras 1.3.3 wrote, kept in <c>Recorded/</c>: the yardstick of parity, whatever version a machine has.</summary>
/// <remarks>
/// Debian's unstable suite has one version of oras at a time. Ours is always held to the recording; where the real oras is of the recorded
/// version, the recording is held to it too, and <c>GANTRY_RECORD=1</c> writes it anew.
/// </remarks>
internal static class OrasRecording
{
    public const string Version = "1.3.3";

    private static readonly string File = Path.Combine(PublishedProgram.Root, "tests", "Gantry.EndToEnd", "Recorded", $"oras-{Version}.json");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lock Writing = new();

    /// <summary>Whether the real oras of this machine is the one that was recorded.</summary>
    public static async Task<bool> IsLiveAsync(Sandbox sandbox) =>
        (await sandbox.OrasAsync("version")).MustSucceed().Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["Version:", Version];

    /// <summary>What was recorded under the name.</summary>
    public static string Read(string name)
    {
        Assert.True(Load().TryGetValue(name, out var text), $"nothing is recorded for '{name}': run this test with GANTRY_RECORD=1 and oras {Version}");
        return text;
    }

    /// <summary>Holds the recording to what the real oras of the recorded version just wrote.</summary>
    public static void Check(string name, string live)
    {
        if (Environment.GetEnvironmentVariable("GANTRY_RECORD") == "1")
        {
            lock (Writing)
            {
                var all = System.IO.File.Exists(File) ? Load() : [];
                all[name] = live;
                System.IO.File.WriteAllText(File, JsonSerializer.Serialize(all, Indented) + "\n");
            }
        }
        Assert.Equal(live, Read(name));
    }

    private static SortedDictionary<string, string> Load() =>
        new(JsonSerializer.Deserialize<Dictionary<string, string>>(System.IO.File.ReadAllText(File))!, StringComparer.Ordinal);
}
