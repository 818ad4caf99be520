namespace Amused.Weights;

/// <summary>
/// The model in the box: a small aMUSEd that draws picture-book scenes of 128 × 128 pixels, and needs no download. It lies beside the
/// program, in <c>models/picture-book</c>; its model card says what it can draw.
/// </summary>
public static class BuiltInModel
{
    /// <summary>The name that stands for it wherever a model is named, unless there is a folder of that name.</summary>
    public const string Name = "picture-book";

    /// <summary>Where it lies: it is there unless the program was built with <c>AmusedBuiltInModel=false</c>.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "models", Name);

    /// <summary>Its folder.</summary>
    /// <exception cref="BrokenInputException">It isn't there.</exception>
    internal static string Locate() => Directory.Exists(Folder)
        ? Folder
        : throw new BrokenInputException(
            $"the model in the box is not in {Folder}: the program was built without it (AmusedBuiltInModel=false); name another model");
}
