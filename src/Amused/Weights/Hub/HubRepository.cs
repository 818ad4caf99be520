namespace Amused.Weights.Hub;

/// <summary>The kinds of repositories that the hub keeps, each with routes and cache folders of its own.</summary>
/// <param name="ApiName">The kind in the API's routes and in the cache's folder names: <c>models</c>, <c>datasets</c>.</param>
/// <param name="Prefix">What stands before the id in other addresses.</param>
/// <param name="Noun">The kind in messages.</param>
internal sealed record HubRepository(string ApiName, string Prefix, string Noun)
{
    public static HubRepository Model { get; } = new("models", "", "model");

    public static HubRepository Dataset { get; } = new("datasets", "datasets/", "data set");
}
