using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class HubSettingsTests
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static HubSettings Settings(HubOptions? options, params (string Name, string Value)[] environment)
        => HubSettings.From(options ?? new HubOptions(), environment.ToDictionary(v => v.Name, v => v.Value).GetValueOrDefault);

    [Fact]
    public void The_cache_folder_is_looked_for_in_pythons_order()
    {
        (string, string) cache = ("HF_HUB_CACHE", "/a"), home = ("HF_HOME", "/b"), xdg = ("XDG_CACHE_HOME", "/c");
        Assert.Equal("/o", Settings(new HubOptions { CacheFolder = "/o" }, cache, home, xdg).CacheFolder);
        Assert.Equal("/a", Settings(null, cache, home, xdg).CacheFolder);
        Assert.Equal("/b/hub", Settings(null, home, xdg).CacheFolder);
        Assert.Equal("/c/huggingface/hub", Settings(null, xdg).CacheFolder);
        Assert.Equal($"{Home}/.cache/huggingface/hub", Settings(null).CacheFolder);
    }

    [Fact]
    public void Home_and_variables_inside_a_folder_are_expanded()
    {
        Assert.Equal($"{Home}/models", Settings(null, ("HF_HUB_CACHE", "~/models")).CacheFolder);
        Assert.Equal("/data/hf/hub", Settings(null, ("HF_HOME", "$STORE/hf"), ("STORE", "/data")).CacheFolder);
        Assert.Equal("/data/hf/hub", Settings(null, ("HF_HOME", "${STORE}/hf"), ("STORE", "/data")).CacheFolder);
    }

    [Fact]
    public void An_empty_variable_counts_as_unset()
        => Assert.Equal("https://huggingface.co/", Settings(null, ("HF_ENDPOINT", " ")).Endpoint.ToString());

    [Theory]
    [InlineData("huggingface.co")]
    [InlineData("ftp://huggingface.co")]
    [InlineData("file:///tmp")]
    public void An_endpoint_that_is_no_web_address_is_refused(string endpoint)
        => Assert.Contains("HF_ENDPOINT", Assert.Throws<InvalidRequestException>(() => Settings(null, ("HF_ENDPOINT", endpoint))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void The_token_is_looked_for_in_pythons_order()
    {
        var home = Directory.CreateTempSubdirectory("amused-token-").FullName;
        File.WriteAllText(Path.Combine(home, "token"), "hf_file\n");
        File.WriteAllText(Path.Combine(home, "other"), "hf_other\r\n");
        (string, string) inHome = ("HF_HOME", home);
        Assert.Equal("hf_option", Settings(new HubOptions { Token = "hf_option" }, inHome, ("HF_TOKEN", "hf_variable")).Token);
        Assert.Equal("hf_variable", Settings(null, inHome, ("HF_TOKEN", "hf_variable\n")).Token);
        Assert.Equal("hf_file", Settings(null, inHome).Token);
        Assert.Equal("hf_other", Settings(null, inHome, ("HF_TOKEN_PATH", Path.Combine(home, "other"))).Token);
        Assert.Null(Settings(null, inHome, ("HF_TOKEN", "hf_variable"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).Token);
        Assert.Null(Settings(new HubOptions { Token = "" }, inHome).Token);
        Directory.Delete(home, recursive: true);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("on", true)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    public void Offline_is_read_as_python_reads_it(string value, bool expected)
    {
        Assert.Equal(expected, Settings(null, ("HF_HUB_OFFLINE", value)).Offline);
        Assert.False(Settings(new HubOptions { Offline = false }, ("HF_HUB_OFFLINE", value)).Offline);
    }
}
