using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Protocol.Tests.Naming;

/// <summary>The span parsers against the automata of <see cref="NameOracle"/>, on text made to sit at the edges of the grammar.</summary>
public sealed class NamePropertyTests
{
    [Fact]
    public void Repository_names_are_those_of_the_grammar()
    {
        var random = new Seeded(1);
        var accepted = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = random.Text("ab09._-/", 8);
            var expected = NameOracle.IsRepository(text);
            accepted += expected ? 1 : 0;
            Assert.True(expected == RepositoryName.TryParse(text, out var name), $"disagreement on \"{Printable.Of(text)}\"");
            Assert.Equal(expected ? text : "", name.ToString());
            Assert.Equal(expected, RepositoryName.Explain(text) is null);
        }
        Assert.InRange(accepted, 5_000, 150_000);
    }

    [Fact]
    public void Every_repository_name_of_up_to_five_characters_is_judged_alike()
    {
        const string Alphabet = "a9._-/A";
        var buffer = new char[5];
        for (var length = 0; length <= 5; length++)
        {
            var count = (int)Math.Pow(Alphabet.Length, length);
            for (var n = 0; n < count; n++)
            {
                for (int i = 0, rest = n; i < length; i++, rest /= Alphabet.Length)
                    buffer[i] = Alphabet[rest % Alphabet.Length];
                var text = new string(buffer, 0, length);
                Assert.True(NameOracle.IsRepository(text) == RepositoryName.TryParse(text, out _), $"disagreement on \"{text}\"");
            }
        }
    }

    [Fact]
    public void Tags_are_those_of_the_grammar()
    {
        var random = new Seeded(2);
        for (var i = 0; i < 100_000; i++)
        {
            var text = random.Text("aZ09._-/:é\n", random.Below(50) == 0 ? 140 : 6);
            Assert.True(NameOracle.IsTag(text) == Tag.TryParse(text, out _), $"disagreement on \"{Printable.Of(text)}\"");
        }
    }

    [Fact]
    public void Digests_are_those_of_the_grammar()
    {
        var random = new Seeded(3);
        string[] algorithms = ["sha256", "sha384", "sha512", "sha1", "SHA256", ""];
        int[] lengths = [63, 64, 65, 96, 128];
        var accepted = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var hex = string.Concat(Enumerable.Range(0, lengths[random.Below(lengths.Length)]).Select(_ => "0123456789abcdef"[random.Below(16)]));
            if (random.Below(3) == 0)
                hex = hex.Remove(random.Below(hex.Length), 1).Insert(random.Below(hex.Length), random.Text("0gG \n", 1));
            var text = algorithms[random.Below(algorithms.Length)] + ":" + hex;
            var expected = NameOracle.IsDigest(text);
            accepted += expected ? 1 : 0;
            Assert.True(expected == Digest.TryParse(text, out _), $"disagreement on \"{Printable.Of(text)}\"");
        }
        Assert.InRange(accepted, 1_000, 49_000);
    }

    [Fact]
    public void A_reference_that_parses_prints_as_a_reference_that_parses_to_the_same()
    {
        var random = new Seeded(4);
        var accepted = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var text = "a" + random.Text("ab1:.-", 4) + "/" + random.Text("ab1:/.-@,_[]", 8);
            if (!Reference.TryParse(text, out var reference))
                continue;
            accepted++;
            Assert.True(Reference.TryParse(reference!.ToString(), out var again));
            Assert.Equal(reference, again);
        }
        Assert.InRange(accepted, 500, 99_000);
    }
}
