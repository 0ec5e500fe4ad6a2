using System.Net.Sockets;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;

namespace Gantry.Cli.Tests;

/// <summary>What scripts learn from a failure.</summary>
public sealed class FailureTests
{
    public static TheoryData<Exception, int> Failures => new()
    {
        { new HttpIOException(HttpRequestError.ResponseEnded), ExitCode.Network },
        { new IOException("broken", new SocketException((int)SocketError.ConnectionReset)), ExitCode.Network },
        { new IOException("stalled", new TimeoutException()), ExitCode.Network },
        { new IOException("the disk is full"), ExitCode.Failed },
        { new CredentialException("locked"), ExitCode.Authentication },
        { new ForeignOriginException("elsewhere"), ExitCode.Integrity },
        { new PathTraversalException("../x", "it leads outside the folder"), ExitCode.Integrity },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_has_its_number_also_inside_a_copy(Exception failure, int expected)
    {
        Assert.Equal(expected, Failure.Explain(failure).ExitCode);
        Assert.Equal(expected, Failure.Explain(new CopyException(CopySide.Source, null, failure)).ExitCode);
    }
}
