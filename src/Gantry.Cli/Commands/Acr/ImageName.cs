using Gantry.Protocol;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Cli.Commands.Acr;

/// <summary>What <c>--image</c> names: <c>repository[:tag]</c> or <c>repository@digest</c>. Exactly one of tag and digest is there.</summary>
internal sealed record ImageName(RepositoryName Repository, Tag? Tag, Digest? Digest)
{
    /// <summary>What az takes where no tag is given.</summary>
    private static readonly Tag Latest = Protocol.Naming.Tag.Parse("latest");

    /// <exception cref="CommandException">The text is neither.</exception>
    public static ImageName Parse(string text)
    {
        try
        {
            if (text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
                return new ImageName(RepositoryName.Parse(text.AsSpan(0, at)), null, ParseDigest(text[(at + 1)..]));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0
                ? new ImageName(RepositoryName.Parse(text.AsSpan()), Latest, null)
                : new ImageName(RepositoryName.Parse(text.AsSpan(0, colon)), Protocol.Naming.Tag.Parse(text.AsSpan(colon + 1)), null);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Usage, $"--image {Printable.Of(text)}: {e.Message}", e) { Advice = "An image is 'name:tag' or 'name@digest'." };
        }
    }

    private static Digest ParseDigest(string text) =>
        Protocol.Oci.Digest.TryParse(text, out var digest) ? digest : throw new FormatException(Protocol.Oci.Digest.Explain(text));
}
