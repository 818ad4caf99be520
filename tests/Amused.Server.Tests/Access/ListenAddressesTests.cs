using Xunit;

namespace Amused.Server.Tests.Safety;

public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080/pictures",
        "\"http://127.0.0.1:8080/pictures\" is more than an address to listen at: give http://127.0.0.1:8080 (for a path, a proxy in "
        + "front of it)")]
    [InlineData("http://127.0.0.1:8080?x=1", "give http://127.0.0.1:8080 ")]
    [InlineData("http://me@127.0.0.1:8080", "give http://127.0.0.1:8080 ")]
    [InlineData("http://localhost:0", "give http://127.0.0.1:0")]
    [InlineData("127.0.0.1:8080", "is no address to listen at")]
    [InlineData("http://127.0.0.1:99999", "is no address to listen at")]
    [InlineData("https://127.0.0.1", "is no address to listen at")]
    [InlineData("ftp://127.0.0.1", "is no address to listen at")]
    [InlineData("", "is no address to listen at")]
    [InlineData("http://0.0.0.0:8080", "can be reached by other machines")]
    public void What_can_not_be_listened_at_is_refused_with_what_can(string url, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidRequestException>(() => ListenAddresses.Check(Options(url))).Message);

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:0")]
    public void An_address_of_this_machine_is_taken(string url) => ListenAddresses.Check(Options(url));

    private static ServerOptions Options(string url) => new() { Models = [new("model", "model")], Urls = [url] };
}
