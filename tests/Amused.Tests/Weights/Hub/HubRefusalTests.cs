using System.Net;
using System.Text;
using Amused.Weights.Hub;
using Xunit;

namespace Amused.Tests.Weights.Hub;

public sealed class HubRefusalTests : IDisposable
{
    private readonly HubScene scene = new();

    public HubRefusalTests() => scene.Hub.WithPipeline("");

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData(401, null, null, "without a token: check the name, or set HF_TOKEN")]
    [InlineData(401, null, "hf_old", "does not accept the token (HF_TOKEN) for amused/tiny")]
    [InlineData(401, "GatedRepo", null, "amused/tiny is gated: accept its terms at")]
    [InlineData(403, "GatedRepo", "hf_mine", "amused/tiny is gated: accept its terms at")]
    [InlineData(403, null, "hf_mine", "the token (HF_TOKEN) may not read amused/tiny")]
    [InlineData(404, "RepoNotFound", "hf_mine", "there is no model amused/tiny on")]
    [InlineData(404, null, null, "there is no model amused/tiny on")]
    [InlineData(404, "RevisionNotFound", null, "amused/tiny has no revision \"main\"")]
    [InlineData(429, null, null, "takes no more requests for now: try amused/tiny again in a few minutes, or set HF_TOKEN")]
    [InlineData(500, null, null, "has a fault (it answered 500 for amused/tiny (\"out of order\"))")]
    [InlineData(503, null, null, "has a fault (it answered 503 for amused/tiny (\"out of order\"))")]
    [InlineData(418, null, null, "answered 418 for amused/tiny (\"out of order\")")]
    public async Task A_listing_that_is_refused_is_explained(int status, string? code, string? token, string expected)
    {
        scene.Hub.Override = _ => FakeHub.Status(status, code, "out of order");
        Assert.Contains(expected, await scene.RefusalAsync(scene.Options with { Token = token }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_never_shown()
    {
        Assert.DoesNotContain("hf_my", await scene.RefusalAsync(scene.Options with { Token = "hf_my secret" }), StringComparison.Ordinal);
        scene.Hub.Override = _ => FakeHub.Status(401);
        Assert.DoesNotContain("hf_my", await scene.RefusalAsync(scene.Options with { Token = "hf_mysecret" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passing_fault_is_tried_again()
    {
        var faults = 3;
        scene.Hub.Override = _ => Interlocked.Decrement(ref faults) >= 0 ? FakeHub.Status(503) : null;
        await scene.SnapshotAsync();
        Assert.True(faults < 0);
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        scene.Hub.Override = _ => FakeHub.Status(404, "RepoNotFound");
        await scene.RefusalAsync(tries: 5);
        Assert.Single(scene.Hub.HubRequests);
    }

    [Fact]
    public async Task A_storage_that_refuses_is_named_and_not_taken_for_the_hub()
    {
        scene.Hub.StorageOverride = _ => FakeHub.Status(403);
        var message = await scene.RefusalAsync();
        Assert.Contains($"{scene.Hub.StorageAddress.Authority}, where {scene.Hub.Address.Authority} keeps amused/tiny/", message,
            StringComparison.Ordinal);
        Assert.Contains("answered 403", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_too_long_to_be_a_listing_is_not_read_to_its_end()
    {
        scene.Hub.Override = _ => new LocalResponse(200, new byte[(64 << 20) + 1]);
        Assert.Contains("too long to be a listing", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_revision_is_named()
        => Assert.Contains("amused/tiny has no revision \"v9\"", await scene.RefusalAsync(scene.Options with { Revision = "v9" }),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_listed_file_that_is_not_there_is_named()
    {
        scene.Hub.Listed = [.. scene.Hub.Files.Keys, "generation_config.json"];
        Assert.Contains("amused/tiny lists the file generation_config.json but has none", await scene.RefusalAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside.json")]
    [InlineData("tokenizer/../../vocab.json")]
    [InlineData("/etc/passwd")]
    [InlineData(@"tokenizer\vocab.json")]
    [InlineData("tokenizer//vocab.json")]
    [InlineData("./config.json")]
    public async Task A_name_that_leaves_the_repository_is_refused(string name)
    {
        scene.Hub.Listed = [.. scene.Hub.Files.Keys, name];
        Assert.Contains("whose name leaves the repository", await scene.RefusalAsync(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(scene.RepoFolder));
    }

    [Fact]
    public async Task An_answer_for_another_commit_is_refused()
    {
        scene.Hub.Alter = (_, response) => response.Headers["X-Repo-Commit"] = new string('f', 40);
        Assert.Contains("answered for another commit", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"../../escape\"")]
    [InlineData("\"\"")]
    [InlineData("/etc/passwd")]
    public async Task A_hash_of_impossible_form_becomes_no_name_of_a_file(string etag)
    {
        scene.Hub.Alter = (request, response) => response.Headers["X-Linked-Etag"] = response.Headers["ETag"] = etag;
        await scene.SnapshotAsync();
        Assert.All(Directory.EnumerateFiles(Path.Combine(scene.RepoFolder, "blobs")), path =>
            Assert.StartsWith($"{FakeHub.Commit}-", Path.GetFileName(path), StringComparison.Ordinal));
        Assert.Equal(["blobs", "refs", "snapshots"], Directory.EnumerateFileSystemEntries(scene.RepoFolder).Select(Path.GetFileName)
            .Order());
    }

    [Theory]
    [InlineData("<html>please log in</html>")]
    [InlineData("[]")]
    [InlineData("""{"sha":5,"siblings":[]}""")]
    [InlineData("""{"siblings":[]}""")]
    [InlineData("")]
    public async Task A_login_page_in_place_of_the_listing_is_recognised(string body)
    {
        scene.Hub.Override = _ => new LocalResponse(200, Encoding.UTF8.GetBytes(body));
        Assert.Contains("with something that is no listing", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_in_circles_ends()
    {
        scene.Hub.Override = request =>
        {
            var response = new LocalResponse(307, []);
            response.Headers["Location"] = request.Path;
            return response;
        };
        Assert.Contains("redirects in circles", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_away_from_encryption_is_not_followed()
    {
        using var handler = new Redirecting(new Uri("http://elsewhere.test/"));
        using var client = new HubClient(handler);
        var options = scene.Options with { Endpoint = new Uri("https://hub.test"), Token = "hf_secret" };
        var refusal = await Assert.ThrowsAsync<BrokenInputException>(() =>
            client.SnapshotAsync(FakeHub.Id, options, TestContext.Current.CancellationToken));
        Assert.Contains("hub.test redirects to an address without encryption (elsewhere.test)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("https://hub.test/api/models/amused/tiny/revision/main", Assert.Single(handler.Asked));
    }

    [Theory]
    [InlineData(null, "bf16", "no bf16 text_encoder weights; what it has is: plain (no variant)")]
    [InlineData("text_encoder/model.safetensors", null, "no plain text_encoder weights as safetensors")]
    [InlineData("vqvae/config.json", null, "no vqvae/config.json")]
    [InlineData("tokenizer/vocab.json", null, "no tokenizer (tokenizer/vocab.json and tokenizer/merges.txt)")]
    [InlineData("scheduler/scheduler_config.json", null, "no scheduler/scheduler_config.json")]
    public async Task What_a_repository_lacks_is_named_before_any_weights_are_fetched(string? removed, string? variant, string expected)
    {
        if (removed is not null)
            scene.Hub.Files.Remove(removed);
        Assert.Contains(expected, await scene.RefusalAsync(scene.Options with { Variant = variant }), StringComparison.Ordinal);
        Assert.Empty(scene.Hub.StorageRequests);
    }

    [Fact]
    public async Task Another_kind_of_pipeline_is_recognised_before_any_weights_are_fetched()
    {
        scene.Hub.Add("model_index.json",
            """{"_class_name":"StableDiffusionPipeline","unet":["diffusers","UNet2DConditionModel"],"vae":["diffusers","AutoencoderKL"],"scheduler":["diffusers","PNDMScheduler"],"tokenizer":["transformers","CLIPTokenizer"],"text_encoder":["transformers","CLIPTextModel"]}""");
        var message = await scene.RefusalAsync();
        Assert.Contains("no transformer, vqvae in its model_index.json (it holds a pipeline of class \"StableDiffusionPipeline\")",
            message, StringComparison.Ordinal);
        Assert.Empty(scene.Hub.StorageRequests);
    }

    [Fact]
    public async Task A_repository_of_something_else_is_refused()
    {
        scene.Hub.Files.Clear();
        scene.Hub.Add("README.md", "hello").AddRandom("weights.safetensors", 10);
        Assert.Contains("neither model_index.json nor", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":""", "is not valid JSON")]
    [InlineData("null", "is no JSON object")]
    public async Task A_model_index_that_is_no_object_is_named(string content, string fault)
    {
        scene.Hub.Add("model_index.json", content);
        Assert.Contains($"model_index.json: {fault}", await scene.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../main")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("refs//x")]
    public async Task A_revision_of_impossible_form_is_refused(string revision)
    {
        await Assert.ThrowsAsync<InvalidRequestException>(() => scene.SnapshotAsync(scene.Options with { Revision = revision }));
        Assert.Empty(scene.Hub.HubRequests);
    }

    [Theory]
    [InlineData("fp16/../..")]
    [InlineData("")]
    [InlineData(".fp16")]
    public async Task A_variant_of_impossible_form_is_refused(string variant)
        => await Assert.ThrowsAsync<InvalidRequestException>(() => scene.SnapshotAsync(scene.Options with { Variant = variant }));

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var nowhere = new Uri("http://127.0.0.1:9");
        var message = await scene.RefusalAsync(scene.Options with { Endpoint = nowhere });
        Assert.Contains("127.0.0.1:9 can't be reached", message, StringComparison.Ordinal);
        Assert.Contains("amused/tiny is not complete in the cache", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_not_what_it_should_be_is_named()
    {
        var encrypted = new UriBuilder(scene.Hub.Address) { Scheme = "https" }.Uri;
        Assert.Contains("offers no connection that can be trusted", await scene.RefusalAsync(scene.Options with { Endpoint = encrypted }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_not_waited_for_without_end()
    {
        using var never = new ManualResetEventSlim();
        scene.Environment["HF_HUB_ETAG_TIMEOUT"] = "1";
        scene.Hub.Override = _ =>
        {
            never.Wait(TimeSpan.FromSeconds(5));
            return null;
        };
        Assert.Contains("did not answer within 1 s", await scene.RefusalAsync(tries: 1), StringComparison.Ordinal);
        never.Set();
    }

    [Fact]
    public async Task Neither_a_folder_nor_an_id_is_said_to_be_so()
    {
        using var client = scene.Client();
        var refusal = await Assert.ThrowsAsync<BrokenInputException>(() =>
            client.LocateAsync("./no/such/folder", scene.Options, TestContext.Current.CancellationToken));
        Assert.Contains("there is no folder \"./no/such/folder\", and it is no hub id", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revision_of_a_local_folder_is_refused()
    {
        using var client = scene.Client();
        await Assert.ThrowsAsync<InvalidRequestException>(() =>
            client.LocateAsync(Path.GetTempPath(), scene.Options with { Revision = "main" }, TestContext.Current.CancellationToken));
    }

    private sealed class Redirecting(Uri target) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.ToString());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = target } });
        }
    }
}
