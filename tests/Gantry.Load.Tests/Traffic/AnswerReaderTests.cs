using System.Text;
using Gantry.Load.Traffic;

namespace Gantry.Load.Tests.Traffic;

public sealed class AnswerReaderTests
{
    private const string Counted = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nTrailer: x\r\n\r\n";

    [Theory]
    [InlineData(Counted)]
    [InlineData(Chunked)]
    public void An_answer_is_read_however_its_bytes_arrive(string answer)
    {
        for (var piece = 1; piece <= answer.Length; piece++)
        {
            using var body = new MemoryStream();
            var reader = new AnswerReader();
            reader.Begin(bodyExpected: true, body);
            foreach (var part in Encoding.ASCII.GetBytes(answer).Chunk(piece).SkipLast(1))
                Assert.False(reader.Consume(part));
            Assert.True(reader.Consume(Encoding.ASCII.GetBytes(answer).Chunk(piece).Last()));
            Assert.Equal((200, 5L, "hello"), (reader.Status, reader.Length, Encoding.ASCII.GetString(body.ToArray())));
        }
    }

    [Fact]
    public void One_reader_reads_one_answer_after_the_other()
    {
        var reader = new AnswerReader();
        foreach (var answer in (string[])[Chunked, Counted, "HTTP/1.1 202 Accepted\r\nLocation: /v2/a/blobs/uploads/1?x=y\r\nContent-Length: 0\r\n\r\n"])
        {
            reader.Begin(bodyExpected: true, sink: null);
            Assert.True(reader.Consume(Encoding.ASCII.GetBytes(answer)));
        }
        Assert.Equal((202, 0L, "/v2/a/blobs/uploads/1?x=y"), (reader.Status, reader.Length, reader.Location));
    }

    [Fact]
    public void An_answer_to_HEAD_ends_with_its_head_and_tells_the_length_it_said()
    {
        var reader = new AnswerReader();
        reader.Begin(bodyExpected: false, sink: null);
        Assert.True(reader.Consume("HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n"u8));
        Assert.Equal(1048576, reader.Length);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", 304)]
    public void An_answer_that_has_no_body_needs_no_length(string answer, int status)
    {
        var reader = new AnswerReader();
        reader.Begin(bodyExpected: true, sink: null);
        Assert.True(reader.Consume(Encoding.ASCII.GetBytes(answer)));
        Assert.Equal(status, reader.Status);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    public void What_is_not_one_answer_is_refused(string bytes)
    {
        var reader = new AnswerReader();
        reader.Begin(bodyExpected: true, sink: null);
        Assert.Throws<InvalidDataException>(() => reader.Consume(Encoding.ASCII.GetBytes(bytes)));
    }

    [Fact]
    public void A_head_without_an_end_is_refused_before_it_fills_the_memory()
    {
        var reader = new AnswerReader();
        reader.Begin(bodyExpected: true, sink: null);
        Assert.Throws<InvalidDataException>(() => reader.Consume(new byte[64 * 1024]));
    }
}
