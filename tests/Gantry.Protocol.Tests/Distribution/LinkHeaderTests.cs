using Gantry.Protocol.Distribution;

namespace Gantry.Protocol.Tests.Distribution;

public sealed class LinkHeaderTests
{
    [Fact]
    public void What_is_written_is_found()
    {
        const string Url = "/acr/v1/_catalog?last=library%2Fbusybox&n=2&orderby=";
        Assert.Equal($"<{Url}>; rel=\"next\"", LinkHeader.Next(Url));
        Assert.Equal(Url, LinkHeader.FindNext(LinkHeader.Next(Url)));
    }

    [Theory]
    [InlineData("</a>; rel=next", "/a")]
    [InlineData("</a>;rel=\"next\"", "/a")]
    [InlineData("</a>; title=\"x\"; rel=\"next\"", "/a")]
    [InlineData("</p>; rel=\"prev\", </a?x=1,2;3>; rel=\"next\"", "/a?x=1,2;3")]
    [InlineData("<https://other.example/v2/_catalog>; REL=\"NEXT\"", "https://other.example/v2/_catalog")]
    public void The_next_page_is_found_wherever_it_stands(string header, string url) => Assert.Equal(url, LinkHeader.FindNext(header));

    [Theory]
    [InlineData("")]
    [InlineData("</a>")]
    [InlineData("</a>; rel=\"prev\"")]
    [InlineData("</a; rel=\"next\"")]
    [InlineData("/a; rel=\"next\"")]
    [InlineData("<<<<<<<")]
    public void A_header_without_one_has_none(string header) => Assert.Null(LinkHeader.FindNext(header));
}
