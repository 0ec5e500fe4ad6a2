using Gantry.Protocol.Distribution;
using Gantry.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Tests.Http;

public sealed class ErrorWriterTests
{
    [Fact]
    public async Task An_unknown_failure_shows_its_correlation_id_and_nothing_else()
    {
        var (http, log) = await WriteAsync(new InvalidOperationException("secret /var/lib/gantry password=hunter2"));
        var body = Body(http);
        Assert.Equal(500, http.Response.StatusCode);
        Assert.Equal("UNKNOWN", ErrorDocument.Read(body, 500)[0].Code.Text);
        var text = System.Text.Encoding.UTF8.GetString(body);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("gantry", text, StringComparison.Ordinal);
        Assert.Contains(ResponseHeaders.CorrelationOf(http), text, StringComparison.Ordinal);
        Assert.Contains(ResponseHeaders.CorrelationOf(http), log.Lines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_is_unavailable_for_a_while()
    {
        foreach (var failure in (Exception[])[new IOException("No space left on device : '/data/uploads/x'"), new TimeoutException()])
        {
            var (http, log) = await WriteAsync(failure);
            Assert.Equal(503, http.Response.StatusCode);
            Assert.Equal("UNAVAILABLE", ErrorDocument.Read(Body(http), 503)[0].Code.Text);
            Assert.DoesNotContain("/data", System.Text.Encoding.UTF8.GetString(Body(http)), StringComparison.Ordinal);
            Assert.Equal("5", http.Response.Headers.RetryAfter);
            Assert.Single(log.Lines);
        }
    }

    [Theory]
    [InlineData(413, "SIZE_INVALID")]
    [InlineData(408, "BAD_REQUEST")]
    [InlineData(400, "BAD_REQUEST")]
    public async Task What_kestrel_refuses_keeps_its_status(int status, string code)
    {
        var (http, log) = await WriteAsync(new BadHttpRequestException("no", status));
        Assert.Equal(status, http.Response.StatusCode);
        Assert.Equal(code, ErrorDocument.Read(Body(http), status)[0].Code.Text);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_client_that_is_gone_is_no_error()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var (http, log) = await WriteAsync(new OperationCanceledException(), gone.Token);
        Assert.Empty(Body(http));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_refusal_says_when_to_come_again()
    {
        var (http, _) = await WriteAsync(new RegistryException(ErrorCode.TooManyRequests) { RetryAfter = TimeSpan.FromMilliseconds(1500) });
        Assert.Equal(429, http.Response.StatusCode);
        Assert.Equal("2", http.Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Every_code_is_written_with_its_status()
    {
        foreach (var code in ErrorCode.All)
        {
            var (http, _) = await WriteAsync(new RegistryException(code));
            Assert.Equal(code.Status, http.Response.StatusCode);
            Assert.Equal(code, ErrorDocument.Read(Body(http), code.Status)[0].Code);
        }
    }

    private static byte[] Body(HttpContext http) => ((MemoryStream)http.Response.Body).ToArray();

    private static async Task<(HttpContext Http, TestLog Log)> WriteAsync(Exception exception, CancellationToken aborted = default)
    {
        var http = new DefaultHttpContext { RequestAborted = aborted };
        http.Request.Method = "GET";
        http.Response.Body = new MemoryStream();
        var log = new TestLog();
        await new ErrorWriter(log).WriteAsync(http, exception);
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return (http, log);
    }

    private sealed class TestLog : ILogger<ErrorWriter>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
